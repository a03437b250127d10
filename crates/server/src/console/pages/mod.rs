//! One file a page.

mod applicants;
mod batches;
mod decision;
mod decisions;
mod documents;
mod items;
mod keys;
mod ledger;
mod login;
mod models;
mod monitoring;
mod overview;
mod policies;
mod score;
mod settings;
mod train;
mod users;
mod webhooks;

use axum::routing::{get, post};

use super::Rooms;

/// Every page, by its address. Add yours here.
pub(super) fn routes(rooms: Rooms) -> Rooms {
    rooms
        .room("/console", get(overview::page))
        .room("/console/account", get(users::account))
        .room("/console/applicants", get(applicants::page))
        .room("/console/applicants/{id}", get(applicants::one))
        .room("/console/batches", get(batches::page))
        .room("/console/batches/{id}", get(batches::one))
        .room("/console/items", get(items::page))
        .room("/console/items/{id}", get(items::one))
        .room("/console/keys", get(keys::page))
        .room("/console/keys/{id}", get(keys::one))
        .room("/console/ledger", get(ledger::page))
        .room("/console/ledger/entries", get(ledger::entries))
        .room("/console/ledger/entries/{id}", get(ledger::entry))
        .room("/console/monitoring", get(monitoring::page))
        .room("/console/settings", get(settings::page))
        .room("/console/users", get(users::page))
        .room("/console/users/{id}", get(users::one))
        .room("/console/webhooks", get(webhooks::page))
        .room("/console/webhooks/{id}", get(webhooks::one))
        .room("/console/models", get(models::page))
        .room("/console/models/compare", get(models::compare))
        .room("/console/models/{id}", get(models::one))
        .room("/console/models/{id}/report", get(models::report))
        .room("/console/policies", get(policies::page))
        .room("/console/policies/{id}", get(policies::one))
        .room("/console/train", get(train::page))
        .room("/console/train/{id}", get(train::one))
        .room("/console/decisions", get(decisions::page))
        .room("/console/decisions/{id}", get(decision::page))
        .room("/console/decisions/{id}/notices/{notice}", get(decision::letter::page))
        .room("/console/decisions/{id}/notices/{notice}/text", get(decision::letter::text))
        .room("/console/login", get(login::page))
        .room("/console/score", get(score::page))
        .room("/console/score/what-if", post(score::what_if))
}
