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
    /// Table or view with the applications, e.g. risk.applications [default: applications]
    #[arg(long)]
    table: Option<TableName>,
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
    #[arg(long)]
    prefix: Option<String>,
    /// Leave the points of each characteristic out
    #[arg(long)]
    no_points: bool,
    /// Leave the reasons out
    #[arg(long)]
    no_reasons: bool,
    /// Leave the output fields that the model declares out
    #[arg(long)]
    no_outputs: bool,
    /// Allow functions whose last digits each engine computes in its own way (ln, log10, exp, pow)
    #[arg(long)]
    inexact_functions: bool,
}

impl SqlArguments {
    /// The options that were given.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let given = [
            ("--dialect", self.dialect.is_some()),
            ("--table", self.table.is_some()),
            ("--keys", !self.keys.is_empty()),
            ("--all-columns", self.all_columns),
            ("--column", !self.columns.is_empty()),
            ("--prefix", self.prefix.is_some()),
            ("--no-points", self.no_points),
            ("--no-reasons", self.no_reasons),
            ("--no-outputs", self.no_outputs),
            ("--inexact-functions", self.inexact_functions),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag).collect()
    }
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
        keys: if arguments.all_columns { Keys::All } else { Keys::Columns(arguments.keys.clone()) },
        columns: arguments.columns.iter().cloned().collect(),
        prefix: arguments.prefix.clone().unwrap_or_default(),
        points: !arguments.no_points,
        reasons: !arguments.no_reasons,
        outputs: !arguments.no_outputs,
        inexact_functions: arguments.inexact_functions,
        ..SqlOptions::new(dialect)
    };
    let options = match &arguments.table {
        Some(table) => SqlOptions { source: table.clone(), ..options },
        None => options,
    };
    Ok(sql::select(card, &options)?)
}
