//! `plimsoll-load`: drives a running service and prints what it showed.

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use load::{Applications, Book, Pace, Plan, Target};

/// Drives a running service with applications and prints throughput, latencies and statuses.
#[derive(Parser)]
#[command(name = "plimsoll-load")]
struct Arguments {
    /// Where to, e.g. http://127.0.0.1:8080/v1/scores
    url: String,
    /// Connections at once
    #[arg(long, default_value_t = 32, value_name = "N")]
    connections: usize,
    /// How long, in seconds
    #[arg(long, default_value_t = 10.0, value_name = "S")]
    seconds: f64,
    /// Requests a second, whether answers come or not; without it each connection asks once it is answered
    #[arg(long, value_name = "R")]
    rate: Option<f64>,
    /// A header of every request, e.g. 'Authorization: Bearer …'
    #[arg(long = "header", value_name = "LINE")]
    headers: Vec<String>,
    /// Gives each request an Idempotency-Key
    #[arg(long)]
    keyed: bool,
    /// Name of the run: the same name and number is the same request
    #[arg(long, default_value = "load", value_name = "NAME")]
    run: String,
    /// The applications
    #[arg(long, default_value = "data/german-credit.csv", value_name = "FILE")]
    data: PathBuf,
    /// Only these columns, with commas between: those that the model asks for
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    fields: Option<Vec<String>>,
    /// Writes the keys and ids of acknowledged requests here, one pair a line; implies --keyed
    #[arg(long, value_name = "FILE")]
    acknowledged: Option<PathBuf>,
    /// Prints JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match drive(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("plimsoll-load: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn drive(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let applications = Arc::new(Applications::read(&arguments.data, arguments.fields.as_deref())?);
    let mut target = Target::parse(&arguments.url)?;
    target.headers = arguments.headers;
    let book = Arc::new(match arguments.acknowledged {
        Some(_) => Book::keeping(arguments.run),
        None => Book::counting(arguments.run, arguments.keyed),
    });
    let plan = Plan {
        target,
        connections: arguments.connections.max(1),
        pace: arguments.rate.map_or(Pace::Closed, Pace::Open),
        duration: Duration::try_from_secs_f64(arguments.seconds)?,
        only_unanswered: false,
    };
    // One thread: what is measured has the rest of the machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(load::run(plan, &applications, &book));
    if let Some(file) = arguments.acknowledged {
        let lines = book.ids().into_iter().map(|(key, id)| format!("{key} {id}\n"));
        std::fs::write(file, lines.collect::<String>())?;
    }
    println!("{}", if arguments.json { figures.to_json() } else { figures.to_string() });
    Ok(())
}
