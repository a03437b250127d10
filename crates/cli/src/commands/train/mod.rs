//! `plimsoll train`: a table in; scorecard, report and scores out.

mod arguments;
mod outputs;
mod settings;
mod summary;
mod target;

pub(crate) use arguments::Arguments;

use scorecard::{Literal, Scorecard};
use training::{
    table::{ColumnData, Table},
    train::{Step, train},
};

use crate::{
    data_file, dictionary_file,
    failure::{Failure, Verdict},
    figures::counted,
    now::now,
    progress::Progress,
    screen::Screen,
};
use outputs::Outputs;
use summary::Summary;

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let outputs = Outputs::begin(arguments)?;
    let stream = data_file::bytes_of_stream(&arguments.data)?;
    let found = if arguments.columns.no_dictionary {
        dictionary_file::Found::default()
    } else {
        dictionary_file::of(&arguments.data, arguments.columns.dictionary.as_deref())?
    };
    let table =
        data_file::table(&arguments.data, stream.clone(), &settings::reading(arguments, &found.dictionary), screen)
            .map_err(|error| settings::named(error, arguments))?;
    if let Some(path) = &found.path {
        let checked = found.dictionary.check(&table).map_err(Failure::from);
        checked.map_err(|failure| failure.in_file(path))?;
    }
    arguments.cells.remark_unfound(&table, screen);
    let (target, bad_values) = target::choose(arguments, &found.dictionary, &table)?;
    settings::check_columns(arguments, &found.dictionary, &target, &table)?;
    let options = settings::options(arguments, found.dictionary.clone(), target, bad_values);
    options.validate()?;
    screen.remark(&format!(
        "{}: {}, {}",
        data_file::name(&arguments.data),
        counted(table.rows as u64, "row"),
        counted(table.columns.len() as u64, "column")
    ));
    let mut trained = {
        let progress = Progress::steps(screen, "binning");
        train(&table, &options, &|step| progress.say(in_words(step))).map_err(|error| advise(error, arguments))?
    };
    remark_unwritten(&table, trained.scorecard(), screen);
    trained.report.created = now();
    let written = outputs.write(arguments, &table, stream, &trained, screen)?;
    let summary = Summary::of(arguments, &table, &options, found.path.as_deref(), &trained, &written);
    screen.result(&summary, || summary.text())?;
    Ok(if written.row_errors == 0 { Verdict::Done } else { Verdict::RowErrors })
}

/// One bin tells nobody from anybody: then no other limit is to blame that no characteristic is left.
fn advise(error: training::Error, arguments: &Arguments) -> Failure {
    match error {
        training::Error::NothingSelected(_) if arguments.bins.max_bins == 1 => {
            Failure::input("--max-bins: with 1 bin a characteristic tells nobody from anybody; allow 2 or more")
        }
        error => error.into(),
    }
}

/// Says which texts of numeric columns meant "missing": a field of numbers has no place for them.
fn remark_unwritten(table: &Table, card: &Scorecard, screen: &Screen) {
    for column in table.columns.iter().filter(|column| card.fields.iter().any(|field| field.name == column.name)) {
        let own = column.missing.iter().filter_map(|code| match code {
            Literal::Text(text) if !scorecard::MISSING_TEXTS.contains(&text.as_str()) => Some(text),
            _ => None,
        });
        for text in own.filter(|_| matches!(column.data, ColumnData::Numeric(_))) {
            screen.remark(&format!(
                "`{}`: a field of numbers cannot hold \"{text}\"; say `--missing '{text}'` again to score such rows",
                column.name
            ));
        }
    }
}

fn in_words(step: Step) -> String {
    match step {
        Step::Binned(done, of) => format!("binning: {done} of {of} columns"),
        Step::Fitted => "cross-validating".into(),
        Step::Fold(done, of) => format!("cross-validating: {done} of {of} folds"),
        Step::Measuring => "measuring".into(),
    }
}
