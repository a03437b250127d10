//! An emulator of AWS: moto, for DynamoDB, KMS, S3 and Secrets Manager.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::OnceLock,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    free_port,
    process::{Restartable, Server},
};

/// The region that is emulated.
const REGION: &str = "eu-west-2";
/// How long it may take to start: Python loads much.
const PATIENCE: Duration = Duration::from_secs(90);

/// An emulated AWS on a port of the loopback interface; it forgets everything when it ends.
pub struct Moto {
    // Before the folder: the server ends first.
    server: Restartable,
    folder: TempDir,
    port: u16,
}

impl Moto {
    /// One that all tests of a process share: each makes things under names of its own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Moto> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::with_prefix("plimsoll-moto-").expect("a temporary folder");
        let moto = Self { folder, port: free_port(), server: Restartable::default() };
        moto.resume();
        moto
    }

    /// Starts it again, empty, after [`Self::stop`].
    pub fn resume(&self) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let (python, shim) = (root.join("target/moto/bin/python"), root.join("infra/emulators/moto_shim.py"));
        assert!(python.exists(), "{} is not there: run `cargo xtask setup`", python.display());
        let command = format!(
            "AWS_DEFAULT_REGION={REGION} MOTO_EC2_LOAD_DEFAULT_AMIS=false '{}' '{}' -H 127.0.0.1 -p {}",
            python.display(),
            shim.display(),
            self.port
        );
        let server = Server::start(None, self.folder.path(), &command, "TERM");
        let absent = || "moto does not start: run `cargo xtask setup`".to_owned();
        self.server.begin(server, PATIENCE, || self.answers().then_some(()).ok_or_else(absent));
    }

    /// Stops it; what it held is lost.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Where it listens: host and port.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// What SDKs take from the environment to talk to what listens at a URL as if to AWS.
    #[must_use]
    pub fn environment(url: &str) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", url.to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let request = b"GET /moto-api/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let mut answer = [0; 12];
        stream.write_all(request).is_ok()
            && stream.read_exact(&mut answer).is_ok()
            && answer.starts_with(b"HTTP/1.1 200")
    }
}
