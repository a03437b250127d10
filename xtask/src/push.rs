//! An image into a registry: byte for byte as it was built, under its commit, by its digest. A tag that is there is never moved.

mod registry;

use std::path::Path;

use crate::{delivery::output, program::Outcome, setup};
use registry::{Registry, digest, skopeo};

/// The label that says which commit an image was built of.
const REVISION: &str = "org.opencontainers.image.revision";

/// Pushes the image in an archive that `cargo xtask image --archive` wrote, and prints its name by digest.
pub(crate) fn run(archive: &Path, repository: &str, github_output: bool) -> Outcome {
    setup::registry_client()?;
    let image = format!("oci-archive:{}", archive.display());
    let label =
        skopeo(&["inspect", "--no-tags", "--format", &format!("{{{{index .Labels \"{REVISION}\"}}}}"), &image], &[])?;
    let commit = commit(label.trim()).map_err(|problem| format!("{}: {problem}", archive.display()))?;
    let registry = Registry::sign_in(repository)?;
    let digest = put(&registry, &image, commit)?;
    println!("{repository}@{digest}");
    if github_output { output("digest", &digest) } else { Ok(()) }
}

/// The commit that a label names; images of anything else are not for others.
fn commit(label: &str) -> Outcome<&str> {
    if label.len() == 40 && label.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(label);
    }
    let said = if label.is_empty() { "nothing" } else { label };
    Err(format!(
        "its label {REVISION} says {said}, and tags name commits; commit what was changed and build the image again"
    ))
}

/// Sends an image under a tag, unless that tag names it already, and asks the registry what it has then; its digest.
fn put(registry: &Registry, image: &str, tag: &str) -> Outcome<String> {
    let built = digest(image, &[])?;
    let there = match registry.digest(tag)? {
        Some(there) => there,
        None => {
            registry.copy(image, tag)?;
            registry.digest(tag)?.ok_or_else(|| format!("the registry took {tag} and does not know it"))?
        }
    };
    if there == built {
        return Ok(built);
    }
    Err(format!(
        "{}:{tag} is {there} in the registry, and {built} was built; tags do not move: deploy the one that is there, or push \
         a new commit",
        registry.repository()
    ))
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        net::{TcpListener, TcpStream},
        path::PathBuf,
        process::{Child, Command, Stdio},
        time::{Duration, Instant},
    };

    use super::*;
    use crate::program::root;

    /// Debian's registry, over a folder that goes with it.
    struct Server {
        child: Child,
        folder: PathBuf,
        address: String,
    }

    impl Server {
        fn start(name: &str) -> Self {
            let folder = root().join("target/registries").join(format!("{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let address = format!("127.0.0.1:{port}");
            let settings = format!(
                "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: {address}\n",
                folder.join("kept").display()
            );
            fs::write(folder.join("settings.yml"), settings).unwrap();
            let mut command = Command::new("docker-registry");
            command.arg("serve").arg(folder.join("settings.yml")).stdout(Stdio::null()).stderr(Stdio::null());
            let child = command.spawn().expect("docker-registry: run `cargo xtask setup`");
            let server = Self { child, folder, address };
            let began = Instant::now();
            while TcpStream::connect(&server.address).is_err() {
                assert!(began.elapsed() < Duration::from_secs(30), "the registry does not answer");
                std::thread::sleep(Duration::from_millis(20));
            }
            server
        }

        /// An image with one file in it.
        fn image(&self, content: &str) -> String {
            let place = self.folder.join(content);
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("file"), content).unwrap();
            let archive = place.join("layer.tar");
            let mut tar = Command::new("tar");
            tar.args(["--mtime=@0", "-cf"]).arg(&archive).arg("-C").arg(&place).arg("file");
            assert!(tar.status().unwrap().success());
            let image = format!("oci-archive:{}", place.join("image.tar").display());
            skopeo(&["copy", &format!("tarball:{}", archive.display()), &image], &[]).unwrap();
            image
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn what_is_pushed_is_what_the_registry_has_and_a_tag_never_moves() {
        let server = Server::start("pushed");
        let (one, other) = (server.image("one"), server.image("other"));
        let registry = Registry::sign_in(&format!("{}/plimsoll", server.address)).unwrap();
        let first = put(&registry, &one, "c0ffee").unwrap();
        assert_eq!(registry.digest("c0ffee").unwrap(), Some(first.clone()));
        assert_eq!(registry.digest(&format!("@{first}")).unwrap(), Some(first.clone()), "it is there by digest");
        // A job that is run again goes on.
        assert_eq!(put(&registry, &one, "c0ffee").unwrap(), first);
        let said = put(&registry, &other, "c0ffee").unwrap_err();
        assert!(said.contains("tags do not move") && said.contains(&first), "{said}");
        assert_eq!(registry.digest("c0ffee").unwrap(), Some(first));
    }

    #[test]
    fn a_tag_is_a_commit_and_nothing_else() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(commit(id).unwrap(), id);
        for wrong in ["", "main", &format!("{id}-changed"), "<no value>"] {
            assert!(commit(wrong).unwrap_err().contains("tags name commits"), "{wrong}");
        }
    }

    #[test]
    fn a_registry_that_does_not_answer_is_none_without_the_image() {
        let registry = {
            let server = Server::start("away");
            Registry::sign_in(&format!("{}/plimsoll", server.address)).unwrap()
        };
        assert!(registry.digest("c0ffee").unwrap_err().contains("connection refused"));
    }
}
