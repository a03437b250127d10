//! The operator's tool: what runs on AWS, what it costs, and how it changes.
//!
//! **For:** whoever runs Plimsoll on AWS. **May use:** Terraform's output, AWS. **Must never know:** the service's own
//! crates: it is never linked into them, nor they into it.

mod aws;
mod commands;
mod cost;
mod drill;
mod ecs;
mod failure;
mod http;
mod interrupt;
mod kubernetes;
mod line;
mod notify;
mod rollout;
mod span;
mod table;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::failure::Failure;

fn main() -> ExitCode {
    // What follows -- are words of another program.
    let as_json = std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
    let arguments = match commands::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // The parser's own code of an error would mean "rolled back" here.
            let code = if error.use_stderr() { Failure::REFUSED } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match commands::run(arguments) {
        Ok(code) => code,
        Err(failure) => {
            if as_json {
                let (code, message) = (failure.code(), failure.to_string());
                eprintln!("{}", serde_json::json!({ "error": { "code": code, "message": message } }));
            } else {
                eprintln!("plimsoll-ops: {failure}");
            }
            ExitCode::from(failure.code())
        }
    }
}
