//! `plimsoll ledger export`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use server::compose;
use store::{Audit, ledger::copy::Exported};

use crate::{
    commands::runtime,
    failure::{Failure, Verdict},
    figures::counted,
    output_file::OutputFile,
    progress::Progress,
    screen::Screen,
    service_settings::StoreArguments,
};

/// Write a copy of the ledger while serving goes on
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Where the copy goes; `-` is standard output, a name that ends in .gz is packed
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let config = arguments.store.config()?;
    let mut file = OutputFile::create(&arguments.out, &[])?;
    let exported = {
        let progress = Progress::bytes(screen, None, "copying entries");
        runtime()?.block_on(async {
            let audit = Audit::open(&compose::database(&config).await?).await?;
            let exported = audit.export(&mut file, |entries| progress.advance(entries)).await;
            audit.close().await;
            Ok::<_, Failure>(exported?.1)
        })?
    };
    file.finish()?;
    if arguments.out != std::path::Path::new("-") {
        let entries: u64 = exported.heads.iter().map(|head| head.size).sum();
        let Exported { heads, checkpoints, sha256 } = &exported;
        let document = json!({
            "out": arguments.out, "entries": entries, "checkpoints": checkpoints, "heads": heads, "sha256": sha256,
        });
        screen.result(&document, || {
            let (entries, checkpoints) = (counted(entries, "entry"), counted(*checkpoints, "checkpoint"));
            format!("{}: {entries}, {checkpoints}\nsha256 {sha256}\n", arguments.out.display())
        })?;
    }
    Ok(Verdict::Done)
}
