//! The account that servers run under: PostgreSQL refuses to be root.

use std::process::Command;

/// User and group ids to take on, where this process is root.
pub(crate) fn unprivileged() -> Option<(u32, u32)> {
    (number(&["-u"])? == 0).then(|| {
        let of = |flag: &str| {
            ["postgres", "nobody"]
                .iter()
                .find_map(|user| number(&[flag, user]))
                .expect("the account postgres or nobody")
        };
        (of("-u"), of("-g"))
    })
}

fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
