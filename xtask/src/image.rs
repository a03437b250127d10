//! The image: a static binary, certificates, and what it is made of, put together so that one commit gives one digest.

mod archive;
mod binary;
mod builder;
mod certificates;
mod root;
mod trial;

use std::{
    ffi::OsString,
    fs,
    path::{self, PathBuf},
    process::Command,
};

pub(crate) use archive::Image;

use crate::program::{Outcome, captured, root as workspace};

/// Bytes of the image that is shipped, at most: as a registry keeps them and sends them to every task that starts.
const MOST_SENT: u64 = 20_000_000;

/// Which image is built, and where it goes.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Order {
    /// The machine it is for; this one where not said
    #[arg(long)]
    architecture: Option<Architecture>,
    /// Its name; localhost/plimsoll:COMMIT where not said
    #[arg(long)]
    tag: Option<String>,
    /// How its program is compiled
    #[arg(long, default_value = "dist")]
    profile: Profile,
    /// Write it as an OCI archive, which skopeo, podman and docker read
    #[arg(long, value_name = "FILE")]
    archive: Option<PathBuf>,
    /// Run the tests of the image on it
    #[arg(long = "try")]
    trial: bool,
}

/// A machine that images are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Architecture {
    /// x86-64
    Amd64,
    /// 64-bit ARM
    Arm64,
}

/// How the program is compiled: a profile of Cargo.toml.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Profile {
    /// What is shipped: slow to build, smallest and fastest
    #[default]
    Dist,
    /// What the tests run, of what they are compiled of anyway: large and slow
    Dev,
}

impl Architecture {
    /// As the compiler calls it.
    fn machine(self) -> &'static str {
        match self {
            Self::Amd64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// As images call it.
    fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// That of this machine.
    fn here() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::Amd64 }
    }
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dist => "dist",
            Self::Dev => "dev",
        }
    }
}

/// Builds the image and prints its name, digest and size; tries it where that was asked for.
pub(crate) fn run(order: &Order) -> Outcome {
    let (image, parts) = build(order)?;
    println!("{image}");
    if order.profile == Profile::Dist && image.sent > MOST_SENT {
        return Err(format!("the image sends {} bytes, and {MOST_SENT} is the most that is claimed", image.sent));
    }
    if order.trial { trial::run(&image, &parts) } else { Ok(()) }
}

/// Builds an image of what the tests are made of, and tries it.
pub(crate) fn tried() -> Outcome {
    run(&Order { profile: Profile::Dev, trial: true, ..Order::default() })
}

/// Builds the image.
fn build(order: &Order) -> Outcome<(Image, Parts)> {
    let tool = builder::tool()?;
    let architecture = order.architecture.unwrap_or_else(Architecture::here);
    let commit = commit()?;
    let folder = workspace().join("target/image").join(architecture.name()).join(order.profile.name());
    emptied(&folder)?;
    let binary = binary::build(architecture, order.profile)?;
    let bill = binary::bill_of_materials(&binary, &folder)?;
    let tag = order.tag.clone().unwrap_or_else(|| match order.profile {
        Profile::Dist => format!("localhost/plimsoll:{}", commit.id),
        Profile::Dev => format!("localhost/plimsoll:{}-dev", commit.id),
    });
    let archive = order.archive.clone().unwrap_or_else(|| folder.join("plimsoll.tar"));
    let archive = path::absolute(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    let parts = Parts { tool, architecture, commit, binary: binary.path, bill };
    Ok((parts.together(&folder.join("context"), &tag, archive)?, parts))
}

/// What an image is put together from, and by what.
pub(crate) struct Parts {
    tool: builder::Tool,
    architecture: Architecture,
    commit: Commit,
    binary: PathBuf,
    bill: PathBuf,
}

impl Parts {
    /// Lays the files out in a folder, makes the image of them, and writes it into an archive.
    fn together(&self, context: &PathBuf, tag: &str, archive: PathBuf) -> Outcome<Image> {
        root::assemble(context, &self.binary, &self.bill)?;
        builder::build(self.tool, context, self.architecture, &self.commit, tag)?;
        builder::save(self.tool, tag, &archive)?;
        Image::read(tag.to_owned(), archive)
    }
}

/// Builds the image that is shipped, prints what it weighs, and gives the variables by which tests and benchmarks find it.
pub(crate) fn shipped() -> Outcome<Vec<(&'static str, OsString)>> {
    let (image, _) = build(&Order::default())?;
    println!("{image}");
    image.environment()
}

/// Which commit the image is of.
struct Commit {
    /// Its hash; with `-changed` where the work tree is not as it was committed.
    id: String,
    /// Seconds since 1970.
    seconds: String,
}

fn commit() -> Outcome<Commit> {
    let git = |words: &[&str]| {
        captured(Command::new("git").args(words).current_dir(workspace())).map(|said| said.trim().to_owned())
    };
    let mut id = git(&["rev-parse", "HEAD"])?;
    if !git(&["status", "--porcelain"])?.is_empty() {
        id.push_str("-changed");
    }
    Ok(Commit { id, seconds: git(&["log", "-1", "--format=%ct"])? })
}

/// An empty folder.
fn emptied(folder: &PathBuf) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)
}
