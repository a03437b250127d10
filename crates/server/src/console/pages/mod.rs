//! One file a page.

mod login;
mod overview;

use axum::routing::get;

use super::Rooms;

/// Every page, by its address. Add yours here.
pub(super) fn routes(rooms: Rooms) -> Rooms {
    rooms.room("/console", get(overview::page)).room("/console/login", get(login::page))
}
