//! The columns of a table bound to the fields of a scorecard.

use scorecard::{Scorecard, nearest::nearest};

use crate::{Error, Keep, Result};

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
        for (index, column) in header.iter().enumerate() {
            if header.iter().take(index).any(|other| other == column) {
                return Err(fault(format!("two columns are named `{column}`; rename one")));
            }
        }
        let find = |wanted: &str| header.iter().position(|column| column == wanted);
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
                .map(|name| {
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

fn shown(header: &[String]) -> String {
    header.iter().take(30).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The names of the columns that scoring adds.
///
/// # Errors
/// [`Error::Setting`] where the input has a column of such a name.
pub(crate) fn added(card: &Scorecard, prefix: &str, points: bool, kept: &[String]) -> Result<Vec<String>> {
    let mut names: Vec<String> = vec!["score".into()];
    if card.scaling.is_some() {
        names.extend(["odds".into(), "pd".into()]);
    }
    if card.reasons.enabled {
        names.extend((1..=card.reasons.at_most).map(|rank| format!("reason_{rank}")));
    }
    if points {
        names.extend(card.characteristics.iter().map(|characteristic| format!("points_{}", characteristic.name)));
    }
    let names: Vec<String> = names.into_iter().map(|name| format!("{prefix}{name}")).collect();
    match names.iter().find(|name| kept.contains(name)) {
        None => Ok(names),
        Some(taken) => Err(Error::Setting {
            setting: "--prefix".into(),
            problem: format!("the input already has a column `{taken}`; give the added ones a prefix, e.g. `new_`"),
        }),
    }
}
