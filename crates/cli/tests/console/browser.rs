//! Chromium through ChromeDriver, both Debian's, and what a person does with it.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use crate::desk::{Desk, PASSWORD};

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(50);

/// What Chromium is started with: no window, nothing asked of anybody but the office.
const ARGUMENTS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
    "--lang=en-GB",
    "--force-color-profile=srgb",
    // A click goes where the element is, not where it is scrolled past.
    "--force-prefers-reduced-motion",
];

/// A browser with a window of its own. Ends when it is dropped.
pub(crate) struct Browser {
    driver: Client,
    program: Child,
    profile: TempDir,
    base: String,
    /// Where files that are downloaded arrive.
    pub(crate) downloads: PathBuf,
}

impl Browser {
    /// A browser at an office, nobody logged in.
    pub(crate) async fn at(desk: &Desk) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let downloads = profile.path().join("downloads");
        std::fs::create_dir(&downloads).unwrap();
        let port = testbed::free_port();
        let program = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .arg(format!("--log-path={}", profile.path().join("driver.log").display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver: {error}; `cargo xtask setup` installs chromium-driver"));
        let profile_folder = format!("--user-data-dir={}", profile.path().join("profile").display());
        let options = json!({
            "args": ARGUMENTS.iter().copied().chain([profile_folder.as_str()]).collect::<Vec<_>>(),
            "prefs": { "download.default_directory": downloads, "download.prompt_for_download": false },
        });
        let wanted = Capabilities::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ]);
        let address = format!("http://127.0.0.1:{port}");
        let began = Instant::now();
        let driver = loop {
            match ClientBuilder::new(HttpConnector::new()).capabilities(wanted.clone()).connect(&address).await {
                Ok(driver) => break driver,
                Err(error) if began.elapsed() > PATIENCE => panic!("no browser: {error}"),
                Err(_) => tokio::time::sleep(LOOK).await,
            }
        };
        Self { driver, program, profile, base: desk.url(""), downloads }
    }

    /// A browser in which somebody of a role has logged in.
    pub(crate) async fn of(desk: &Desk, login: &str) -> Self {
        let browser = Self::at(desk).await;
        browser.log_in(login).await;
        browser
    }

    /// Logs in at the form, as whoever is there now or before.
    pub(crate) async fn log_in(&self, login: &str) {
        self.driver.delete_all_cookies().await.unwrap();
        self.go("/console/login").await;
        self.fill("#name", login).await;
        self.fill("#password", PASSWORD).await;
        self.click("button[type=submit]").await;
        self.wait_for("nav.ways").await;
    }

    /// The driver, for what is not said here.
    pub(crate) fn driver(&self) -> &Client {
        &self.driver
    }

    /// Goes to a path of the office's.
    pub(crate) async fn go(&self, path: &str) {
        self.driver.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    /// The path and query that the browser is at.
    pub(crate) async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// Waits until an element is there and seen.
    pub(crate) async fn wait_for(&self, css: &str) -> Element {
        let began = Instant::now();
        loop {
            if let Ok(found) = self.driver.find(Locator::Css(css)).await
                && found.is_displayed().await.unwrap_or(false)
            {
                return found;
            }
            if began.elapsed() > PATIENCE {
                panic!("{css} does not come; the page at {} says:\n{}", self.path().await, self.text("body").await);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until an element's text holds a part; gives the text.
    pub(crate) async fn wait_text(&self, css: &str, part: &str) -> String {
        let began = Instant::now();
        loop {
            let text = self.text(css).await;
            if text.contains(part) {
                return text;
            }
            let at = self.path().await;
            assert!(began.elapsed() < PATIENCE, "{css} at {at} does not come to say {part:?}: {text}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until the browser is at an address that begins so.
    pub(crate) async fn wait_path(&self, begins: &str) -> String {
        let began = Instant::now();
        loop {
            let path = self.path().await;
            if path.starts_with(begins) {
                return path;
            }
            if began.elapsed() > PATIENCE {
                panic!("still at {path} and not at {begins}…; it says:\n{}", self.text("body").await);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The text that an element shows; nothing where it is not there.
    pub(crate) async fn text(&self, css: &str) -> String {
        match self.driver.find(Locator::Css(css)).await {
            Ok(found) => found.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// How many elements there are.
    #[allow(dead_code)]
    pub(crate) async fn count(&self, css: &str) -> usize {
        self.driver.find_all(Locator::Css(css)).await.unwrap().len()
    }

    pub(crate) async fn click(&self, css: &str) {
        let found = self.wait_for(css).await;
        found.click().await.unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Types into a field, in place of what is there.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.wait_for(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses an option by its value.
    #[allow(dead_code)]
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value=\"{value}\"]")).await;
    }

    /// Puts a file into a field.
    #[allow(dead_code)]
    pub(crate) async fn upload(&self, css: &str, file: &Path) {
        let field = self.driver.find(Locator::Css(css)).await.unwrap();
        field.send_keys(&file.canonicalize().unwrap().display().to_string()).await.unwrap();
    }

    /// Goes on in the dialog that asks whether it is meant, with what has to be typed.
    #[allow(dead_code)]
    pub(crate) async fn mean_it(&self, typed: Option<&str>) {
        self.wait_for("dialog[open]").await;
        if let Some(typed) = typed {
            self.fill("dialog[open] input", typed).await;
        }
        self.click("dialog[open] button[value=yes]").await;
    }

    /// Runs a script and gives what it returns.
    pub(crate) async fn script(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap()
    }

    /// Makes the page so wide and high. Windows have a least width; what is emulated has none.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tool("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Has pages seen as those who prefer dark ones, or light ones, see them.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.tool("Emulation.setEmulatedMedia", media).await;
    }

    /// A picture of the window, kept under `target/console` for whoever looks at the test's outcome.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/console");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.driver.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    /// Faults that the browser noted since it was last asked: scripts that fail, what the content policy forbids.
    pub(crate) async fn faults(&self) -> Vec<String> {
        let log = self.driver.issue_cmd(OfChromium("se/log", json!({ "type": "browser" }))).await.unwrap();
        let said = log.as_array().into_iter().flatten().filter(|entry| entry["level"] == "SEVERE");
        said.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// A command of the browser's own protocol for developers' tools.
    async fn tool(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.driver.issue_cmd(OfChromium("goog/cdp/execute", body)).await.unwrap();
    }
}

/// A command that only Chromium has, by its address below the session's.
#[derive(Debug)]
struct OfChromium(&'static str, Value);

impl WebDriverCompatibleCommand for OfChromium {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver's own end would take a runtime; its program and the browser's are ended instead.
        let _ = self.program.kill();
        let _ = self.program.wait();
        let _ = Command::new("pkill").args(["-9", "-f", "--"]).arg(self.profile.path().join("profile")).status();
    }
}
