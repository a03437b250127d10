//! The emulators of AWS that stacks are applied to: moto for most services, MiniStack for CloudFront, ElastiCache, EKS and
//! usage reports.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    program::{Outcome, root},
    setup,
};

/// The region that stacks are tried in.
pub(super) const REGION: &str = "eu-west-2";
/// The account that both emulate.
const ACCOUNT: &str = "123456789012";
/// Services that MiniStack answers for, as the SDKs' variables name them.
const OF_MINISTACK: [&str; 4] = ["CLOUDFRONT", "ELASTICACHE", "EKS", "COST_AND_USAGE_REPORT_SERVICE"];
/// How long one may take to answer after its start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A pair of emulators, ended when this is dropped.
pub(super) struct Emulators {
    children: Vec<Child>,
    folder: PathBuf,
    moto: u16,
    ministack: u16,
}

impl Emulators {
    /// Starts a pair whose files and logs lie in a folder.
    pub(super) fn start(folder: &Path) -> Outcome<Self> {
        let written = |error: std::io::Error| format!("{}: {error}", folder.display());
        for part in ["tmp", "s3", "state"] {
            fs::create_dir_all(folder.join("home").join(part)).map_err(written)?;
        }
        let (moto, ministack) = (free_port()?, free_port()?);
        let mut pair = Self { children: Vec::new(), folder: folder.to_owned(), moto, ministack };
        let mut command = pair.command("moto", "moto_shim.py")?;
        command.args(["-H", "127.0.0.1", "-p", &moto.to_string()]);
        command.envs([
            ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"),
            ("MOTO_EC2_LOAD_DEFAULT_AMIS", "false"),
            ("MOTO_ACM_VALIDATION_WAIT", "1"),
        ]);
        pair.launch(command)?;
        let mut command = pair.command("ministack", "ministack_shim.py")?;
        let home = folder.join("home");
        command.envs([
            ("BIND_HOST", "127.0.0.1"),
            ("MINISTACK_HOST", "127.0.0.1"),
            ("MINISTACK_REGION", REGION),
            ("MINISTACK_ACCOUNT_ID", ACCOUNT),
            ("SFTP_ENABLED", "0"),
            ("IOT_MTLS_ENABLED", "0"),
            ("MINISTACK_AUTOCREATE_AWS_MANAGED", "1"),
        ]);
        command.env("GATEWAY_PORT", ministack.to_string()).env("HOME", &home).env("TMPDIR", home.join("tmp"));
        command.env("S3_DATA_DIR", home.join("s3")).env("STATE_DIR", home.join("state"));
        pair.launch(command)?;
        pair.wait(moto, "/moto-api/data.json")?;
        pair.wait(ministack, "/_ministack/health")?;
        Ok(pair)
    }

    /// What the SDKs and the provider take from the environment to talk to them.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let mut environment: Vec<(String, String)> = [
            ("AWS_ENDPOINT_URL", self.moto_url()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            // Some calls go to a host that the account's number is part of.
            ("HTTP_PROXY", self.moto_url()),
            ("NO_PROXY", "127.0.0.1,localhost".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        let url = format!("http://127.0.0.1:{}", self.ministack);
        environment.extend(OF_MINISTACK.map(|service| (format!("AWS_ENDPOINT_URL_{service}"), url.clone())));
        environment
    }

    pub(super) fn moto_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.moto)
    }

    fn command(&self, which: &str, script: &str) -> Outcome<Command> {
        let mut command = Command::new(setup::python(which)?);
        command.arg(root().join("infra/emulators").join(script)).env("AWS_DEFAULT_REGION", REGION);
        let log = self.folder.join(format!("{which}.log"));
        let log = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let also = log.try_clone().map_err(|error| error.to_string())?;
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(log).stderr(also);
        Ok(command)
    }

    fn launch(&mut self, mut command: Command) -> Outcome {
        let child = command.spawn().map_err(|error| format!("an emulator cannot be started: {error}"))?;
        self.children.push(child);
        Ok(())
    }

    fn wait(&self, port: u16, path: &str) -> Outcome {
        let began = Instant::now();
        while !answers(port, path) {
            if began.elapsed() > PATIENCE {
                return Err(format!("an emulator does not answer at port {port}; see {}", self.folder.display()));
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for Emulators {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn free_port() -> Outcome<u16> {
    let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    free.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

/// Whether somebody answers 200 there.
fn answers(port: u16, path: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let request = format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let mut begin = [0; 12];
    stream.write_all(request.as_bytes()).is_ok() && stream.read_exact(&mut begin).is_ok() && begin.ends_with(b" 200")
}
