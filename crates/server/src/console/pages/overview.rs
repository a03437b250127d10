//! What is going on.

use askama::Template;

use crate::access::scope;
use crate::console::{Page, Shell, Visitor, draw};

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    shell: Shell,
}

pub(super) async fn page(visitor: Visitor<scope::AccountOwn>) -> Page {
    draw(&Overview { shell: visitor.shell })
}
