//! A disk that is full, and then is not.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use load::Book;
use tempfile::TempDir;

use crate::{
    instance::Place,
    trial::{clear, ready, repeat, score, settle},
};

/// Room of the disk, in MiB.
const ROOM: u64 = 160;

/// A file system of its own in memory, taken away with the test.
struct Disk(TempDir);

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={ROOM}m"), "tmpfs"]).arg(folder.path());
        let mounted = mount.status().unwrap();
        assert!(
            mounted.success(),
            "mounting takes root: run this test as `unshare --user --map-root-user --mount cargo test …`"
        );
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room that is left.
    fn fill(&self) -> PathBuf {
        let file = self.path().join("ballast");
        let zeros = vec![0_u8; 1 << 16];
        let mut out = std::fs::File::create(&file).unwrap();
        while std::io::Write::write_all(&mut out, &zeros).is_ok() {}
        file
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_clearly_and_recovered_from() {
    let disk = Disk::new();
    let place = Place::at(&disk.path().join("data")).await;
    let instance = place.start();
    let book = Arc::new(Book::keeping("disk-full"));
    for _ in 0..3 {
        let before = score(&place, instance.address, &book, Duration::from_millis(500)).await;
        clear(&before);
        assert!(before.statuses.contains_key(&201), "{before}");
        let ballast = disk.fill();
        // Longer than the writer waits before it refuses.
        let full = score(&place, instance.address, &book, Duration::from_secs(5)).await;
        clear(&full);
        assert!(full.statuses.contains_key(&503), "the disk was not full: {full}");
        std::fs::remove_file(ballast).unwrap();
        ready(&instance).await;
        settle(&place, instance.address, &book).await;
    }
    repeat(&place, instance.address, &book).await;
    instance.kill();
    place.audit().await.agrees_with(&book);
}
