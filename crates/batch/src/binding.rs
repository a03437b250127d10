//! The columns of a table bound to the fields of a scorecard.

use std::collections::HashMap;

use scorecard::{
    Scorecard,
    model::{FieldType, OutputField, OutputSource},
    nearest::nearest,
};

use crate::{
    Error, Keep, Options, Result,
    encode::{AddedColumn, Source},
};

/// Most columns of a table.
const MAX_COLUMNS: usize = 10_000;

/// Where the fields are, and which columns are carried through.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// By field: index of its column; `None` where a field that is not required has none.
    pub(crate) fields: Vec<Option<usize>>,
    /// Columns carried through, by index.
    pub(crate) kept: Vec<usize>,
    /// Whether those are all columns, in order.
    pub(crate) all: bool,
}

impl Binding {
    /// Binds a header.
    ///
    /// # Errors
    /// [`Error::Input`] for two columns of one name or a required field without a column; [`Error::Setting`] for a kept
    /// column that is not there.
    pub(crate) fn new(card: &Scorecard, header: &[String], keep: &Keep, name: &str) -> Result<Self> {
        let fault = |problem: String| Error::Input { name: name.to_owned(), line: Some(1), problem };
        if header.len() > MAX_COLUMNS {
            return Err(fault(format!("{} columns; the limit is {MAX_COLUMNS}", header.len())));
        }
        let mut places: HashMap<&str, usize> = HashMap::with_capacity(header.len());
        for (index, column) in header.iter().enumerate() {
            if places.insert(column, index).is_some() {
                return Err(fault(format!("two columns are named `{column}`; rename one")));
            }
        }
        let find = |wanted: &str| places.get(wanted).copied();
        let near = |wanted: &str| {
            nearest(wanted, header.iter().map(String::as_str))
                .map_or_else(|| format!("its columns are: {}", shown(header)), |near| format!("did you mean `{near}`?"))
        };
        let fields = card.fields.iter().map(|field| match find(&field.name) {
            None if field.required => Err(fault(format!(
                "the scorecard needs a column `{}`, which is not there; {}",
                field.name,
                near(&field.name)
            ))),
            found => Ok(found),
        });
        let fields: Vec<Option<usize>> = fields.collect::<Result<_>>()?;
        if fields.iter().all(Option::is_none) && !fields.is_empty() {
            return Err(fault(format!(
                "none of the scorecard's fields is a column; its columns are: {}",
                shown(header)
            )));
        }
        let kept = match keep {
            Keep::All => (0..header.len()).collect(),
            Keep::Named(names) => names
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    refuse_twice(names, place)?;
                    find(name).ok_or_else(|| Error::Setting {
                        setting: "--keep".into(),
                        problem: format!("there is no column `{name}`; {}", near(name)),
                    })
                })
                .collect::<Result<Vec<_>>>()?,
        };
        Ok(Self { all: *keep == Keep::All, fields, kept })
    }
}

/// Refuses a column that is named a second time: no table has two of one name.
pub(crate) fn refuse_twice(names: &[String], place: usize) -> Result<()> {
    match names.get(place) {
        Some(name) if names.iter().take(place).any(|earlier| earlier == name) => Err(Error::Setting {
            setting: "--keep".into(),
            problem: format!("the column `{name}` is named twice; name it once"),
        }),
        _ => Ok(()),
    }
}

fn shown(header: &[String]) -> String {
    header.iter().take(30).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The columns that scoring adds. An output field that the model declares takes the place of a column of its name.
///
/// # Errors
/// [`Error::Setting`] where the input has a column of such a name.
pub(crate) fn added(card: &Scorecard, options: &Options, kept: &[String]) -> Result<Vec<AddedColumn>> {
    let mut columns = vec![("score".to_owned(), Source::Score)];
    if card.scaling.is_some() {
        columns.extend([("odds".to_owned(), Source::Odds), ("pd".to_owned(), Source::ProbabilityOfBad)]);
    }
    if card.reasons.enabled {
        let reasons =
            (0..usize::from(card.reasons.at_most)).map(|rank| (format!("reason_{}", rank + 1), Source::Reason(rank)));
        columns.extend(reasons);
    }
    if options.policy.is_some() {
        let decided = [("decision", Source::Decision), ("decided_by", Source::DecidedBy), ("rules", Source::Rules)];
        columns.extend(decided.map(|(name, source)| (name.to_owned(), source)));
    }
    if options.points {
        let points = card.characteristics.iter().enumerate();
        columns.extend(points.map(|(index, c)| (format!("points_{}", c.name), Source::Points(index))));
    }
    for (index, output) in card.output_fields.iter().enumerate().filter(|(_, output)| !output.internal) {
        let source = Source::Output { index, numeric: is_number(output) };
        match columns.iter_mut().find(|(name, _)| *name == output.name) {
            Some((_, known)) => *known = source,
            None => columns.push((output.name.clone(), source)),
        }
    }
    let named =
        columns.into_iter().map(|(name, source)| AddedColumn { name: format!("{}{name}", options.prefix), source });
    let columns: Vec<AddedColumn> = named.collect();
    match columns.iter().find(|column| kept.contains(&column.name)) {
        None => Ok(columns),
        Some(taken) => Err(Error::Setting {
            setting: "--prefix".into(),
            problem: format!(
                "the input already has a column `{}`; give the added ones a prefix, e.g. `new_`",
                taken.name
            ),
        }),
    }
}

/// Whether an output field is known to hold numbers.
fn is_number(output: &OutputField) -> bool {
    match output.value {
        OutputSource::Score => true,
        OutputSource::Reason(_) => false,
        OutputSource::Expression(_) => output.field_type.is_some_and(FieldType::is_numeric),
    }
}
