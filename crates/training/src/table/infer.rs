//! What a column of texts is: numbers or categories.
//!
//! A column is numeric as long as every cell is a number or missing; the first that is not turns it into categories,
//! from the texts as they stood. A code with a leading zero (`007`) is no number: it would lose its zero.

use scorecard::cells::CellTexts;

use super::{
    Column, ColumnData, ReadOptions,
    found_missing::FoundMissing,
    levels::{Levels, too_many},
    set_aside::Faults,
};

/// Most distinct numbers whose texts are kept in case the column turns out to be one of codes.
const MAX_CODES: usize = 50_000;

/// How many characters of a cell a message shows.
const SHOWN: usize = 40;

/// A column as it is being read.
pub(super) struct Builder<'a> {
    name: &'a str,
    told: Option<Kind>,
    texts: CellTexts,
    found: FoundMissing,
    cells: Cells,
    /// The first distinct texts that are no numbers.
    odd: Vec<Seen>,
    odd_count: usize,
    /// The first number that is beyond the range of numbers: a fault, unless the column is one of categories.
    infinite: Option<Seen>,
    present: usize,
    missing: usize,
    /// Where rows are set aside: the cells of a column of numbers that are none.
    faults: Option<Faults>,
}

/// What was read so far.
enum Cells {
    /// Texts, and the number that each is by its code; NaN where it is none.
    Texts(Levels, Vec<f64>),
    /// Numbers, and nothing but numbers.
    Numbers(Vec<f64>),
}

/// A cell to be shown, and the line on which it begins.
struct Seen {
    text: String,
    line: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Numeric,
    Categorical,
}

/// What is wrong with a column, and on which line.
#[derive(Debug)]
pub(super) struct Unfit {
    pub(super) line: u64,
    pub(super) problem: String,
}

impl<'a> Builder<'a> {
    pub(super) fn new(name: &'a str, options: &'a ReadOptions) -> Self {
        let told = if options.categorical.iter().any(|n| n == name) {
            Some(Kind::Categorical)
        } else {
            options.numeric.iter().any(|n| n == name).then_some(Kind::Numeric)
        };
        let cells = match told {
            Some(Kind::Numeric) => Cells::Numbers(Vec::new()),
            _ => Cells::Texts(Levels::default(), Vec::new()),
        };
        Self {
            name,
            told,
            texts: options.cell_texts(name),
            found: FoundMissing::default(),
            cells,
            odd: Vec::new(),
            odd_count: 0,
            infinite: None,
            present: 0,
            missing: 0,
            faults: (options.set_aside && told == Some(Kind::Numeric)).then(Faults::default),
        }
    }

    /// Takes the next row's cell, which begins on `line`, or says why it cannot.
    pub(super) fn push(&mut self, cell: &str, line: u64) -> Result<(), Unfit> {
        let Some(cell) = self.texts.present(cell) else {
            self.missing += 1;
            self.found.text(cell.trim_ascii());
            match &mut self.cells {
                Cells::Texts(levels, _) => levels.push_missing(),
                Cells::Numbers(numbers) => numbers.push(f64::NAN),
            }
            return Ok(());
        };
        self.present += 1;
        match &mut self.cells {
            // What was told to be a number is read as scoring reads it: a code with leading zeros too.
            Cells::Numbers(numbers) => match if self.told.is_some() { plain(cell) } else { number(cell) } {
                Some(found) if self.texts.is_missing(found) => {
                    self.present -= 1;
                    self.missing += 1;
                    self.found.number(found);
                    numbers.push(f64::NAN);
                    Ok(())
                }
                found if self.faults.is_some() && !found.is_some_and(f64::is_finite) => {
                    let (row, name) = (numbers.len(), self.name);
                    numbers.push(f64::NAN);
                    self.present -= 1;
                    if let Some(faults) = &mut self.faults {
                        let problem = || format!("`{name}`: \"{}\" where a number is expected", seen(cell, line).text);
                        faults.note(row, line, problem);
                    }
                    Ok(())
                }
                Some(number) => {
                    numbers.push(number);
                    if number.is_infinite() {
                        self.infinite.get_or_insert_with(|| seen(cell, line));
                    }
                    Ok(())
                }
                None => Err(self.no_number(cell, line)),
            },
            Cells::Texts(levels, numbers) => {
                let Some(code) = levels.push(cell) else {
                    return Err(self.unfit(line, &format!("has {}", too_many())));
                };
                let known = numbers.get(code as usize).copied();
                let number = known.unwrap_or_else(|| number(cell).unwrap_or(f64::NAN));
                if known.is_none() {
                    numbers.push(number);
                }
                if number.is_nan() {
                    self.odd_count += 1;
                    if known.is_none() && self.odd.len() < 3 {
                        self.odd.push(seen(cell, line));
                    }
                } else if known.is_none() {
                    if number.is_infinite() {
                        self.infinite.get_or_insert_with(|| seen(cell, line));
                    }
                    self.forget_texts_of_numbers();
                }
                Ok(())
            }
        }
    }

    /// So many distinct numbers are no codes: nobody will need their texts.
    fn forget_texts_of_numbers(&mut self) {
        if self.odd_count == 0
            && self.told.is_none()
            && let Cells::Texts(levels, numbers) = &self.cells
            && levels.distinct() > MAX_CODES
        {
            let numbers = by_row(levels, numbers);
            self.cells = Cells::Numbers(self.without_missing(numbers));
        }
    }

    /// Numbers without those that mean "missing", whatever their texts are.
    fn without_missing(&mut self, mut numbers: Vec<f64>) -> Vec<f64> {
        if self.texts.has_missing_numbers() {
            for number in numbers.iter_mut().filter(|number| !number.is_nan()) {
                if self.texts.is_missing(*number) {
                    self.found.number(*number);
                    self.present -= 1;
                    self.missing += 1;
                    *number = f64::NAN;
                }
            }
        }
        numbers
    }

    fn no_number(&self, cell: &str, line: u64) -> Unfit {
        let looks = looks_like(cell).map(|looks| format!(": {looks}")).unwrap_or_default();
        let others = match self.told {
            Some(_) => String::new(),
            None => format!(
                ", as the {} before it are; name it as a missing value, or name the column as categorical",
                self.present - 1
            ),
        };
        self.unfit(line, &format!("\"{}\" is not a number{others}{looks}", seen(cell, line).text))
    }

    /// A fault of this column.
    pub(super) fn unfit(&self, line: u64, problem: &str) -> Unfit {
        Unfit { line, problem: format!("column `{}`: {problem}", self.name) }
    }

    /// The cells that could not be read.
    pub(super) fn take_faults(&mut self) -> Faults {
        self.faults.take().unwrap_or_default()
    }

    pub(super) fn finish(mut self) -> Result<Column, Unfit> {
        let numeric = self.told.map_or(self.odd_count == 0, |kind| kind == Kind::Numeric);
        if numeric && let Some(infinite) = &self.infinite {
            let problem = format!(
                "\"{}\" is infinite, or too large for a number; leave the cell empty if it is missing",
                infinite.text
            );
            return Err(self.unfit(infinite.line, &problem));
        }
        if numeric && let Cells::Texts(levels, numbers) = &self.cells {
            let numbers = by_row(levels, numbers);
            self.cells = Cells::Numbers(self.without_missing(numbers));
        }
        let inference = self.inference(numeric);
        let data = match self.cells {
            Cells::Numbers(numbers) => ColumnData::Numeric(numbers),
            Cells::Texts(levels, _) => levels.finish(),
        };
        Ok(Column { name: self.name.into(), data, inference, missing: self.found.finish(numeric) })
    }

    fn inference(&self, numeric: bool) -> String {
        let (present, odd) = (self.present, self.odd_count);
        let gaps = if self.missing == 0 { String::new() } else { format!(", {} missing", self.missing) };
        if numeric && present == 0 {
            return format!("numeric, for want of any value: all {} cells are missing", self.missing);
        }
        if numeric {
            return format!("numeric: {present} of {present} cells are numbers{gaps}");
        }
        let distinct = match &self.cells {
            Cells::Texts(levels, _) => levels.distinct(),
            Cells::Numbers(_) => 0,
        };
        if self.told.is_some() {
            return format!("categorical, as told: {distinct} distinct texts{gaps}");
        }
        let shown: Vec<String> = self.odd.iter().map(|seen| format!("\"{}\"", seen.text)).collect();
        let (shown, line) = (shown.join(", "), self.odd.first().map_or(0, |seen| seen.line));
        match self.odd.first().and_then(|seen| looks_like(&seen.text)) {
            Some(looks) => format!(
                "categorical: {odd} of {present} cells {}, the first on line {line}, such as {shown}: {looks}{gaps}",
                if odd == 1 { "is no number" } else { "are no numbers" }
            ),
            None if odd * 5 < present => format!(
                "categorical, though {} of {present} cells {} numbers: {odd} {} not, the first on line {line}, such as \
                 {shown}{gaps}; name those as missing values to read it as numeric",
                present - odd,
                are(present - odd),
                are(odd)
            ),
            None => format!("categorical: {distinct} distinct texts, such as {shown}{gaps}"),
        }
    }
}

fn are(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn seen(cell: &str, line: u64) -> Seen {
    Seen { text: cell.chars().take(SHOWN).collect(), line }
}

/// The number of each row.
fn by_row(levels: &Levels, numbers: &[f64]) -> Vec<f64> {
    levels.codes().iter().map(|code| numbers.get(*code as usize).copied().unwrap_or(f64::NAN)).collect()
}

/// The number that a text is, leading zeros or not.
pub(super) fn plain(text: &str) -> Option<f64> {
    fast_float2::parse(text).ok().filter(|number: &f64| !number.is_nan())
}

/// The number that a cell is, if it is one. Leading zeros make a code of it.
pub(super) fn number(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell).as_bytes();
    match digits {
        [b'0', b'0'..=b'9', ..] => None,
        [b'0'..=b'9' | b'.' | b'i' | b'I', ..] => fast_float2::parse(cell).ok(),
        _ => None,
    }
}

/// What a cell is that a person would read as a number, and what to do about it.
fn looks_like(cell: &str) -> Option<&'static str> {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.starts_with('0') && digits.len() > 1 && all_digits(digits) {
        return Some("leading zeros make codes of them, such as postcodes");
    }
    if let Some(rest) = digits.strip_suffix('%')
        && number(rest.trim_end()).is_some()
    {
        return Some("write percentages as plain numbers to have them read as such");
    }
    let (whole, fraction) = digits.split_once(',')?;
    if all_digits(whole) && (all_digits(fraction) || grouped(fraction)) {
        return Some("write numbers without thousands separators and with a decimal point to have them read as such");
    }
    None
}

/// Whether a text is what follows the first separator of `1,234,567.89`.
fn grouped(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.split(',').all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_number() {
        for (cell, value) in [("0", 0.0), ("-0.5", -0.5), (".5", 0.5), ("+7", 7.0), ("1e308", 1e308), ("2.", 2.0)] {
            assert_eq!(number(cell), Some(value), "{cell}");
        }
        assert_eq!(number("1e999"), Some(f64::INFINITY));
        for cell in ["", "007", "-01", "1,5", "1 000", "0x10", "12a", "nan", "--1", "1_000", "e5"] {
            assert_eq!(number(cell), None, "{cell}");
        }
    }

    #[test]
    fn what_a_person_would_read_as_a_number() {
        for cell in ["1,234", "1,234,567.89", "3,5", "-12,75", "12.5%", "01234"] {
            assert!(looks_like(cell).is_some(), "{cell}");
        }
        for cell in ["Smith, John", "1,2,3", "north", "100", "%", ","] {
            assert!(looks_like(cell).is_none(), "{cell}");
        }
    }
}
