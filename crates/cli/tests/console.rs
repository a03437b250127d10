//! The console as people see it: the program itself, a real Chromium through WebDriver.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "console/axe.rs"]
mod axe;
#[path = "console/browser.rs"]
mod browser;
#[path = "console/decide.rs"]
mod decide;
#[path = "console/desk.rs"]
mod desk;
#[path = "console/every_page.rs"]
mod every_page;
#[path = "console/frame.rs"]
mod frame;
mod instance;
#[path = "console/models.rs"]
mod models;
#[path = "console/watch.rs"]
mod watch;
