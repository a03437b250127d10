//! Writing SQL.

use clap::Args;
use scorecard::{
    Scorecard,
    sql::{self, Dialect, Keys, SqlOptions, TableName},
};

use crate::failure::Failure;

/// What the statement reads and gives.
#[derive(Args)]
#[command(next_help_heading = "With --to sql")]
pub(crate) struct SqlArguments {
    /// Dialect: postgresql, sqlite, duckdb, trino (Athena), spark, bigquery or snowflake
    #[arg(long)]
    pub(super) dialect: Option<Dialect>,
    /// Table or view with the applications, e.g. risk.applications
    #[arg(long, default_value = "applications")]
    table: TableName,
    /// Columns of the table to carry through
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with = "all_columns")]
    keys: Vec<String>,
    /// Carry all columns of the table through
    #[arg(long)]
    all_columns: bool,
    /// Column that holds a field where it is called otherwise; may be given several times
    #[arg(long = "column", value_name = "FIELD=COLUMN", value_parser = column)]
    columns: Vec<(String, String)>,
    /// Put this before the names of the columns that are added
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Leave the points of each characteristic out
    #[arg(long)]
    no_points: bool,
    /// Leave the reasons out
    #[arg(long)]
    no_reasons: bool,
    /// Allow functions whose last digits each engine computes in its own way (ln, log10, exp, pow)
    #[arg(long)]
    inexact_functions: bool,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (field, column) = text.split_once('=').ok_or("write it as FIELD=COLUMN")?;
    Ok((field.to_owned(), column.to_owned()))
}

/// The names of all dialects.
pub(super) fn dialects() -> String {
    Dialect::ALL.map(Dialect::name).join(", ")
}

/// The scorecard as one statement.
pub(super) fn write(card: &Scorecard, arguments: &SqlArguments) -> Result<String, Failure> {
    let dialect = arguments.dialect.ok_or_else(|| Failure::usage("`--dialect` is needed"))?;
    let options = SqlOptions {
        source: arguments.table.clone(),
        keys: if arguments.all_columns { Keys::All } else { Keys::Columns(arguments.keys.clone()) },
        columns: arguments.columns.iter().cloned().collect(),
        prefix: arguments.prefix.clone(),
        points: !arguments.no_points,
        reasons: !arguments.no_reasons,
        inexact_functions: arguments.inexact_functions,
        ..SqlOptions::new(dialect)
    };
    Ok(sql::select(card, &options)? + "\n")
}
