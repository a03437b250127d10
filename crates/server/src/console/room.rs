//! The console's addresses, gathered with their routes so that metrics and logs know them.

use axum::Router;
use axum::routing::MethodRouter;

use crate::state::App;

/// Routes and their addresses.
pub(crate) struct Rooms {
    router: Router<App>,
    addresses: Vec<&'static str>,
}

impl Rooms {
    pub(super) fn new() -> Self {
        Self { router: Router::new(), addresses: Vec::new() }
    }

    /// One more page.
    pub(super) fn room(mut self, address: &'static str, route: MethodRouter<App>) -> Self {
        self.router = self.router.route(address, route);
        self.addresses.push(address);
        self
    }

    /// The router, and the addresses that it answers GET at.
    pub(crate) fn into_parts(self) -> (Router<App>, Vec<&'static str>) {
        (self.router, self.addresses)
    }
}
