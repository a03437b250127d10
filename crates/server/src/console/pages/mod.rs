//! One file a page.

mod documents;
mod login;
mod models;
mod overview;
mod policies;
mod train;

use axum::routing::get;

use super::Rooms;

/// Every page, by its address. Add yours here.
pub(super) fn routes(rooms: Rooms) -> Rooms {
    rooms
        .room("/console", get(overview::page))
        .room("/console/login", get(login::page))
        .room("/console/models", get(models::page))
        .room("/console/models/compare", get(models::compare))
        .room("/console/models/{id}", get(models::one))
        .room("/console/models/{id}/report", get(models::report))
        .room("/console/policies", get(policies::page))
        .room("/console/policies/{id}", get(policies::one))
        .room("/console/train", get(train::page))
        .room("/console/train/{id}", get(train::one))
}
