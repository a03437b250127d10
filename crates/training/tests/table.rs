//! Reading tables: what each column is taken for, whatever the file's dialect; and how rows are divided.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use training::table::{ColumnData, ReadOptions, Table, date_split, newest_split, read_csv};

fn table(text: &str) -> Table {
    read_csv(text.as_bytes(), "t.csv", &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn cells(table: &Table, column: &str) -> Vec<String> {
    let data = &table.column(column).unwrap().data;
    (0..table.rows).map(|row| data.text(row).unwrap_or("-".into())).collect()
}

fn numeric(table: &Table, column: &str) -> bool {
    matches!(table.column(column).unwrap().data, ColumnData::Numeric(_))
}

fn inference<'a>(table: &'a Table, column: &str) -> &'a str {
    &table.column(column).unwrap().inference
}

#[test]
fn rows_that_cannot_be_read_are_set_aside_where_that_is_asked_for() {
    let options = ReadOptions { numeric: vec!["n".into()], set_aside: true, ..ReadOptions::default() };
    let read = |text: &[u8]| read_csv(text, "t.csv", &options);
    let found = read(b"n,word\n1,a\n\nx,b\n3,\"c\nd\"\n4\n1e999,e\n5,\xff\n,f\n").unwrap();
    assert_eq!((cells(&found, "n").join(" "), cells(&found, "word").join(" ")), ("1 3 -".into(), "a c\nd f".into()));
    assert_eq!((found.rows, found.lines.as_slice(), found.unread.rows), (3, [2, 5, 10].as_slice(), 4));
    assert_eq!(found.unread.first, Some((4, "`n`: \"x\" where a number is expected".into())));
    assert_eq!((found.place(2), table("n\n1\n").place(0)), ("line 10".into(), "row 1".into()));
    let error = read(b"n,word\nx,a\n1\n").unwrap_err().to_string();
    assert_eq!(error, "t.csv: no row could be read; the first: line 2: `n`: \"x\" where a number is expected");
    let error = read(b"n,word\n1\n").unwrap_err().to_string();
    assert!(error.contains("no row could be read; the first: line 2: 1 field where the header has 2"), "{error}");
    let none = read(b"n,word\n1,a\n").unwrap();
    assert_eq!((none.rows, none.unread), (1, training::table::Unread::default()));
}

#[test]
fn json_is_no_table() {
    for text in ["{\"a\": 1}\n", " [{\"a\": 1}]", "{}"] {
        let error = read_csv(text.as_bytes(), "t.csv", &ReadOptions::default()).unwrap_err().to_string();
        assert_eq!(error, "t.csv: is JSON, not a table with a header; write it as CSV or Parquet");
    }
    assert_eq!(cells(&table("{a},[b]\n1,2\n"), "[b]"), ["2"]);
}

#[test]
fn every_dialect_reads_alike() {
    let plain = table("id,word,n\n1,a,2.5\n2,\"b, c\",\n");
    for text in [
        "\u{feff}id,word,n\n1,a,2.5\n2,\"b, c\",\n",
        "id,word,n\r\n1,a,2.5\r\n2,\"b, c\",\r\n",
        "id,word,n\r1,a,2.5\r2,\"b, c\",\r",
        "id;word;n\n1;a;2.5\n2;b, c;\n",
        "id\tword\tn\n1\ta\t2.5\n2\tb, c\t\n",
        "id|word|n\n1|a|2.5\n2|b, c|",
        "\"id\",\"word\",\"n\"\n\"1\",\"a\",\"2.5\"\n\"2\",\"b, c\",\"\"\n",
        "id , word , n\n 1 , a , 2.5\n 2 ,\"b, c\", NA\n",
        "\n\r\nid;word;n\n\n1;a;2.5\n\n2;b, c;\n\n",
    ] {
        let read = read_csv(text.as_bytes(), "t.csv", &ReadOptions::default());
        let read = read.unwrap_or_else(|error| panic!("{text:?}: {error}"));
        for column in ["id", "word", "n"] {
            assert_eq!(cells(&read, column), cells(&plain, column), "{text:?}");
            assert_eq!(numeric(&read, column), numeric(&plain, column), "{text:?}");
        }
    }
}

#[test]
fn quotes_and_line_ends_inside_of_cells() {
    let table = table("a,b\n\"x\ny\",1\n\"say \"\"no\"\"\",2\n");
    assert_eq!(cells(&table, "a"), ["x\ny", "say \"no\""]);
    assert!(numeric(&table, "b"));
}

#[test]
fn codes_with_leading_zeros_stay_codes() {
    let table = table("postcode,n\n01234,0\n98765,0.5\n");
    assert_eq!(cells(&table, "postcode"), ["01234", "98765"]);
    assert_eq!(
        inference(&table, "postcode"),
        "categorical: 1 of 2 cells is no number, the first on line 2, such as \"01234\": leading zeros make codes of \
         them, such as postcodes"
    );
    assert!(numeric(&table, "n"));
}

#[test]
fn numbers_in_foreign_dress_are_said() {
    let table = table("thousands,decimal,percent\n\"1,234\",\"3,5\",12%\n\"1,234,567.5\",\"0,25\",7.5 %\n");
    for column in ["thousands", "decimal", "percent"] {
        assert!(!numeric(&table, column));
        assert!(inference(&table, column).contains("to have them read as such"), "{}", inference(&table, column));
    }
}

#[test]
fn the_first_text_among_numbers_is_shown_with_its_line() {
    let mut text = "a,b\n\"1\n\",x\n".to_owned();
    (0..20).for_each(|row| text.push_str(&format!("{row},x\n")));
    text.push_str("unknown,x\n");
    let table = table(&text);
    assert_eq!(
        inference(&table, "a"),
        "categorical, though 21 of 22 cells are numbers: 1 is not, the first on line 24, such as \"unknown\"; name those \
         as missing values to read it as numeric"
    );
    let options = ReadOptions { missing_values: vec!["unknown".into()], ..ReadOptions::default() };
    let table = read_csv(text.as_bytes(), "t.csv", &options).unwrap();
    assert_eq!(inference(&table, "a"), "numeric: 21 of 21 cells are numbers, 1 missing");
}

#[test]
fn columns_of_one_value_or_none() {
    let table = table("constant,gone,one\n5,,x\n5,NA,x\n");
    assert!(numeric(&table, "constant") && numeric(&table, "gone") && !numeric(&table, "one"));
    assert_eq!(inference(&table, "gone"), "numeric, for want of any value: all 2 cells are missing");
}

#[test]
fn types_can_be_told() {
    let options = ReadOptions { categorical: vec!["a".into()], numeric: vec!["b".into()], ..ReadOptions::default() };
    let table = read_csv(b"a,b\n1,2\n01,-1e3\n", "t.csv", &options).unwrap();
    assert_eq!(cells(&table, "a"), ["1", "01"]);
    assert_eq!(cells(&table, "b"), ["2", "-1000"]);
    assert_eq!(inference(&table, "a"), "categorical, as told: 2 distinct texts");
}

#[test]
fn ten_thousand_categories_and_more_numbers_than_are_kept_as_texts() {
    let mut text = "level,n\n".to_owned();
    (0..60_000).for_each(|row| text.push_str(&format!("level {},{row}\n", row % 10_000)));
    let table = table(&text);
    let ColumnData::Categorical { levels, .. } = &table.column("level").unwrap().data else { panic!() };
    assert_eq!(levels.len(), 10_000);
    assert!(levels.is_sorted());
    assert!(numeric(&table, "n"));
}

#[test]
fn the_newest_rows_are_the_test() {
    let table = table("when,x\n2024-03-01,1\n2024-01-15,2\n2024-02-01,3\n2024-03-01T00:00:00Z,4\n2024-03,5\n");
    let split = date_split(&table, "when", "2024-02-01").unwrap();
    assert_eq!((split.train, split.test), (vec![1], vec![0, 2, 3, 4]));
    // Three rows share the newest date: they are not parted, though 40 % would be two rows.
    let split = newest_split(&table, "when", 0.4).unwrap();
    assert_eq!((split.train, split.test), (vec![1, 2], vec![0, 3, 4]));
    assert_eq!(newest_split(&table, "when", 0.0).unwrap().test, [0, 3, 4]);
    assert_eq!(newest_split(&table, "when", 1.0).unwrap().train, [1]);
    let compact = self::table("when\n20240131\n20231231\n");
    assert_eq!(date_split(&compact, "when", "2024-01-01").unwrap().test, [0]);
}

#[test]
fn the_date_that_was_written_decides_whatever_the_offset() {
    let csv =
        "when,x\n2024-02-01T00:30:00+02:00,1\n2024-01-31T23:30:00-05:00,2\n2024-02-01T00:00:00Z,3\n2024-01-31,4\n";
    let table = table(csv);
    assert_eq!(date_split(&table, "when", "2024-02-01").unwrap().test, [0, 2]);
    assert_eq!(newest_split(&table, "when", 0.5).unwrap().test, [0, 2]);
    assert_eq!(date_split(&table, "when", "2024-01-31T23:00:00+09:00").unwrap().train, [3]);
}

#[test]
fn dates_that_divide_nothing() {
    let table = table("when,other,gap,same\n2024-03-01,31/01/2024,2024-01-01,2024-01\n2024-01-15,1/2/24,,2024-01\n");
    let error = |column: &str, from: &str| date_split(&table, column, from).unwrap_err().to_string();
    let advice = "no ISO 8601 date such as 2024-01-31, 20240131, 2024-01 or 2024-01-31T09:30:00Z";
    assert_eq!(error("when", "March"), format!("test from: `March` is {advice}"));
    assert_eq!(error("other", "2024-01-01"), format!("column `other`: row 1: `31/01/2024` is {advice}"));
    assert_eq!(error("gap", "2024-01-01"), "column `gap`: row 2 has no date; leave such rows out");
    assert_eq!(
        error("when", "2025-01-01"),
        "test from: all rows are before 2025-01-01: the dates in `when` run from 2024-01-15 to 2024-03-01"
    );
    assert!(error("when", "2020-01-01").contains("all rows are at or after 2020-01-01"));
    assert_eq!(error("whne", "2024-01-01"), "column `whne`: not in t.csv; did you mean `when`?");
    let error = newest_split(&table, "same", 0.3).unwrap_err().to_string();
    assert_eq!(error, "column `same`: all rows have the same date; an out-of-time test needs two dates at least");
}

/// A cell as CSV wants it.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #[test]
    fn a_written_table_reads_back(
        rows in prop::collection::vec(
            (prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL), "[a-zäß][a-z,;\"\n|']{0,6}[a-z]"),
            1..60,
        ),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        line_end in prop::sample::select(vec!["\n", "\r\n"]),
        bom in any::<bool>(),
    ) {
        let mut text = if bom { "\u{feff}".to_owned() } else { String::new() };
        text.push_str(&format!("number{delimiter}word{line_end}"));
        for (number, word) in &rows {
            let number = number.map(|n| n.to_string()).unwrap_or_default();
            text.push_str(&format!("{number}{delimiter}{}{line_end}", quoted(word)));
        }
        let table = read_csv(text.as_bytes(), "t.csv", &ReadOptions::default()).unwrap();
        let ColumnData::Numeric(numbers) = &table.column("number").unwrap().data else { panic!() };
        let missing = |n: &f64| n.is_nan();
        for (found, (expected, _)) in numbers.iter().zip(&rows) {
            prop_assert!(Some(*found) == *expected || missing(found) && expected.is_none(), "{found} {expected:?}");
        }
        // A column whose every word is a way to say "missing" has no text left.
        let words = &table.column("word").unwrap().data;
        for (row, (_, word)) in rows.iter().enumerate() {
            let known = ["nan", "null"].contains(&word.as_str());
            prop_assert_eq!(words.text(row), (!known).then(|| word.clone()));
        }
    }

    #[test]
    fn out_of_time_never_tests_on_the_past(days in prop::collection::vec(1_u32..29, 2..80), share in 0.0..1.0_f64) {
        let text = days.iter().fold("when\n".to_owned(), |text, day| text + &format!("2024-02-{day:02}\n"));
        let table = read_csv(text.as_bytes(), "t.csv", &ReadOptions::default()).unwrap();
        match newest_split(&table, "when", share) {
            Ok(split) => {
                let day = |row: &u32| days[*row as usize];
                prop_assert!(split.train.iter().map(day).max() < split.test.iter().map(day).min());
                prop_assert_eq!(split.train.len() + split.test.len(), days.len());
                let from = format!("2024-02-{:02}", split.test.iter().map(day).min().unwrap());
                prop_assert_eq!(split, date_split(&table, "when", &from).unwrap());
            }
            Err(_) => prop_assert!(days.iter().all(|day| *day == days[0])),
        }
    }
}
