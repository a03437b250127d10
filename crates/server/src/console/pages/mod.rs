//! One file a page.

mod decision;
mod decisions;
mod login;
mod overview;
mod score;

use axum::routing::{get, post};

use super::Rooms;

/// Every page, by its address. Add yours here.
pub(super) fn routes(rooms: Rooms) -> Rooms {
    rooms
        .room("/console", get(overview::page))
        .room("/console/decisions", get(decisions::page))
        .room("/console/decisions/{id}", get(decision::page))
        .room("/console/decisions/{id}/notices/{notice}", get(decision::letter::page))
        .room("/console/decisions/{id}/notices/{notice}/text", get(decision::letter::text))
        .room("/console/login", get(login::page))
        .room("/console/score", get(score::page))
        .room("/console/score/what-if", post(score::what_if))
}
