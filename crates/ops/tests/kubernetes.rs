//! `--platform eks`: deployments, their end and the way back over kubectl, which a script plays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cloud;

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use cloud::{Cloud, NEW_COMMIT, OLD_COMMIT, REPOSITORY, digest};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A kubectl that keeps one Deployment in a file, and gives an image up if a file says so.
const KUBECTL: &str = r#"#!/usr/bin/env python3
import json, os, sys
folder, words = os.environ["CLUSTER"], sys.argv[3:]
path = os.path.join(folder, "cluster.json")
cluster = json.load(open(path))
cluster["calls"].append(words)
def deployment(name):
    one = cluster["deployments"][name]
    bad, looks = one["image"] in cluster["bad"], one["looks"]
    one["looks"] += 1
    ready = 2 if looks > 1 and not bad else 0
    conditions = [{"type": "Progressing", "reason": "ProgressDeadlineExceeded", "message": "ReplicaSet has timed out progressing."}] \
        if bad and looks > 1 and not cluster.get("slow") else [{"type": "Progressing", "reason": "ReplicaSetUpdated", "lastUpdateTime": "2026-11-26T10:00:00Z"}]
    return {"metadata": {"generation": 2, "annotations": {"deployment.kubernetes.io/revision": str(one["revision"])}},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "plimsoll", "image": one["image"]}]}}},
        "status": {"observedGeneration": 2, "updatedReplicas": 2 if ready else 1, "availableReplicas": 2, "replicas": 2 if ready else 3, "conditions": conditions}}
if words[:2] == ["get", "deployment"]:
    if words[2] not in cluster["deployments"]:
        sys.exit('Error from server (NotFound): deployments.apps "%s" not found' % words[2])
    print(json.dumps(deployment(words[2])))
elif words[:2] == ["set", "image"]:
    one = cluster["deployments"][words[2].split("/")[1]]
    one["image"] = words[3].split("=", 1)[1]
    one["revision"] += 1
    one["looks"] = 0
    cluster["sets"].append([one["revision"], one["image"]])
elif words[:2] == ["rollout", "undo"]:
    one = cluster["deployments"][words[2].split("/")[1]]
    number = int(words[3].split("=")[1])
    one["image"] = dict(map(tuple, cluster["sets"]))[number]
    one["revision"] += 1
    one["looks"] = 0
elif words[:2] == ["get", "replicasets"]:
    print(json.dumps({"items": [{"metadata": {"annotations": {"deployment.kubernetes.io/revision": str(n)}},
        "spec": {"template": {"spec": {"containers": [{"name": "plimsoll", "image": image}]}}}} for n, image in cluster["sets"]]}))
elif words[:2] == ["get", "pods"]:
    print(json.dumps({"items": [{"metadata": {"name": "api-7d9-x"},
        "spec": {"containers": [{"name": "plimsoll", "image": cluster["deployments"]["api"]["image"]}]},
        "status": {"containerStatuses": [{"name": "plimsoll", "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container"}},
            "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-26T10:01:00Z"}}}]}}]}))
elif words[0] == "logs":
    print("[pod/api-7d9-x/plimsoll] out of room order-1\n[pod/api-7d9-x/plimsoll] starting")
else:
    sys.exit("unknown " + " ".join(words))
json.dump(cluster, open(path, "w"))
"#;

struct Cluster {
    cloud: Cloud,
    folder: TempDir,
}

impl Cluster {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("kubectl");
        fs::write(&program, KUBECTL).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let (older, old) = (format!("{REPOSITORY}@{}", digest('0')), format!("{REPOSITORY}@{}", digest('1')));
        let one = json!({ "image": old, "revision": 5, "looks": 2 });
        let made = Self { cloud: Cloud::start(), folder };
        let sets = json!([[4, older], [5, old]]);
        made.write(&json!({ "deployments": { "api": one, "console": one }, "bad": [], "sets": sets, "calls": [] }));
        made
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("cluster.json")
    }

    fn write(&self, cluster: &Value) {
        fs::write(self.path(), cluster.to_string()).unwrap();
    }

    fn read(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path()).unwrap()).unwrap()
    }

    /// The new image never becomes ready.
    fn spoil(&self) {
        let mut cluster = self.read();
        cluster["bad"] = json!([format!("{REPOSITORY}@{}", digest('2'))]);
        self.write(&cluster);
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        let mut command = self.cloud.command();
        command.env("PATH", path).env("CLUSTER", self.folder.path()).args(words).args(["--platform", "eks"]);
        let output = command.output().unwrap();
        let text = format!(
            "{}--- standard error\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let text = regex::Regex::new(r"(after|within) \d+ s").unwrap().replace_all(&text, "$1 N s").into_owned();
        (output.status.code().unwrap(), text)
    }

    fn deploy(&self, words: &[&str]) -> (i32, String) {
        self.run(&[&["deploy", NEW_COMMIT, "--every", "20ms", "--timeout", "20s"], words].concat())
    }
}

#[test]
fn a_commit_is_put_in_force_by_digest_in_both() {
    let cluster = Cluster::start();
    let (code, shown) = cluster.deploy(&[]);
    insta::assert_snapshot!("eks_live", shown);
    assert_eq!(code, 0);
    let stands = cluster.read();
    for service in ["api", "console"] {
        assert_eq!(stands["deployments"][service]["image"], format!("{REPOSITORY}@{}", digest('2')));
    }
    let (code, shown) = cluster.run(&["status"]);
    let since = regex::Regex::new(r"\d+ (days|h|min|s) ago *").unwrap();
    insta::assert_snapshot!("eks_status", since.replace_all(&shown, "N ago  "));
    assert_eq!(code, 0);
}

#[test]
fn what_kubernetes_gives_up_is_undone_and_told_with_its_cause() {
    let cluster = Cluster::start();
    cluster.spoil();
    let (code, shown) = cluster.deploy(&[]);
    insta::assert_snapshot!("eks_rolled_back", shown);
    assert_eq!(code, 2);
    let stands = cluster.read();
    assert_eq!(stands["deployments"]["api"]["image"], format!("{REPOSITORY}@{}", digest('1')));
    assert_eq!(stands["deployments"]["console"]["revision"], 5, "the console is not touched");
}

#[test]
fn one_that_does_not_end_times_out() {
    let cluster = Cluster::start();
    cluster.spoil();
    let mut stands = cluster.read();
    stands["slow"] = true.into();
    cluster.write(&stands);
    let words = ["deploy", NEW_COMMIT, "--service", "api", "--every", "20ms", "--timeout", "300ms"];
    let (code, shown) = cluster.run(&words);
    insta::assert_snapshot!("eks_stuck", shown);
    assert_eq!(code, 3);
}

#[test]
fn the_way_back_is_the_set_before_or_that_of_a_commit() {
    let cluster = Cluster::start();
    let pace = ["--every", "20ms", "--service", "api"];
    let (code, shown) = cluster.run(&[&["rollback"], &pace[..]].concat());
    insta::assert_snapshot!("eks_rollback", shown);
    assert_eq!(code, 0);
    assert_eq!(cluster.read()["deployments"]["api"]["image"], format!("{REPOSITORY}@{}", digest('0')));
    assert_eq!(cluster.run(&[&["rollback", "--to", OLD_COMMIT], &pace[..]].concat()).0, 0);
    assert_eq!(cluster.read()["deployments"]["api"]["image"], format!("{REPOSITORY}@{}", digest('1')));
    let (code, shown) = cluster.run(&[&["rollback", "--to", NEW_COMMIT], &pace[..]].concat());
    assert!(code == 4 && shown.contains("no such earlier replica set"), "{shown}");
}

#[test]
fn logs_are_filtered_and_what_kubernetes_does_not_know_is_refused() {
    let cluster = Cluster::start();
    let (code, shown) = cluster.run(&["logs", "--request", "order-1"]);
    insta::assert_snapshot!("eks_logs", shown);
    assert_eq!(code, 0);
    for words in [
        &["deploy"][..],
        &["deploy", NEW_COMMIT, "--before", "x"],
        &["tasks"],
        &["logs", "--pattern", "x"],
        &["deploy", NEW_COMMIT, "--service", "nothing"],
    ] {
        let (code, shown) = cluster.run(words);
        assert_eq!(code, 4, "{words:?} {shown}");
    }
    assert!(!cluster.read()["calls"].to_string().contains("set"));
}
