//! Reading Parquet: files of this crate's own writer, of pyarrow, and damaged ones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{path::PathBuf, process::Command, sync::Arc};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use proptest::prelude::*;
use training::table::{ColumnData, MISSING, ReadOptions, Table, read, read_bytes};

/// A file of one row group a chunk of numbers; each has a text beside it.
fn write(chunks: &[Vec<Option<f64>>], compression: Compression) -> Vec<u8> {
    let schema = "message table { optional double x; required binary word (STRING); required int32 n; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for chunk in chunks {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let levels: Vec<i16> = chunk.iter().map(|value| i16::from(value.is_some())).collect();
        let values: Vec<f64> = chunk.iter().flatten().copied().collect();
        column.typed::<DoubleType>().write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let words: Vec<ByteArray> = chunk.iter().map(|v| ByteArray::from(word(*v))).collect();
        column.typed::<ByteArrayType>().write_batch(&words, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let numbers: Vec<i32> = (0..).take(chunk.len()).collect();
        column.typed::<Int32Type>().write_batch(&numbers, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn word(value: Option<f64>) -> &'static str {
    if value.is_some_and(|value| value > 0.0) { "above" } else { "not above" }
}

#[test]
fn rows_whose_texts_are_no_numbers_are_set_aside() {
    let bytes = write(&[vec![Some(1.0), None], vec![Some(f64::INFINITY)]], Compression::UNCOMPRESSED);
    let options = |name: &str| ReadOptions { numeric: vec![name.into()], set_aside: true, ..ReadOptions::default() };
    let found = read_bytes(bytes.clone(), "t.parquet", &options("x")).unwrap();
    assert_eq!((found.rows, found.lines.as_slice(), found.unread.rows), (2, [1, 2].as_slice(), 1));
    assert_eq!(found.unread.first, Some((3, "`x`: \"inf\" where a number is expected".into())));
    assert_eq!((numbers(&found, "n"), texts(&found, "word").len()), ([0.0, 1.0].as_slice(), 2));
    let finite = write(&[vec![Some(1.0)]], Compression::UNCOMPRESSED);
    let error = read_bytes(finite, "t.parquet", &options("word")).unwrap_err().to_string();
    assert_eq!(
        error,
        "t.parquet: no row could be read; the first: line 1: `word`: \"above\" where a number is expected"
    );
}

fn read_all(bytes: Vec<u8>) -> training::Result<Table> {
    read_bytes(bytes, "t.parquet", &ReadOptions::default())
}

fn numbers<'a>(table: &'a Table, name: &str) -> &'a [f64] {
    match &table.column(name).unwrap().data {
        ColumnData::Numeric(values) => values,
        ColumnData::Categorical { .. } => panic!("{name} is categorical"),
    }
}

fn texts(table: &Table, name: &str) -> Vec<Option<String>> {
    let column = table.column(name).unwrap();
    assert!(matches!(column.data, ColumnData::Categorical { .. }), "{name} is numeric");
    (0..table.rows).map(|row| column.data.text(row)).collect()
}

proptest! {
    #[test]
    fn a_written_table_reads_back(
        chunks in prop::collection::vec(prop::collection::vec(prop::option::of(-1e300..1e300), 1..40), 1..5),
        compression in prop::sample::select(vec![
            Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(Default::default()),
            Compression::GZIP(Default::default()), Compression::LZ4_RAW,
        ]),
    ) {
        let table = read_all(write(&chunks, compression)).unwrap();
        let expected: Vec<Option<f64>> = chunks.iter().flatten().copied().collect();
        let found: Vec<Option<f64>> = numbers(&table, "x").iter().map(|x| (!x.is_nan()).then_some(*x)).collect();
        prop_assert_eq!(&found, &expected);
        let words: Vec<Option<String>> = expected.iter().map(|v| Some(word(*v).to_owned())).collect();
        prop_assert_eq!(texts(&table, "word"), words);
        prop_assert_eq!(table.rows, expected.len());
    }

    #[test]
    fn damage_is_an_error_or_other_values_but_no_panic(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let chunks = [vec![Some(1.0), None, Some(-3.5)], vec![Some(2.0); 50]];
        let mut bytes = write(&chunks, Compression::SNAPPY);
        for (at, byte) in at {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(table) = read_all(bytes) {
            for column in &table.columns {
                let length = match &column.data {
                    ColumnData::Numeric(values) => values.len(),
                    ColumnData::Categorical { codes, levels } => {
                        prop_assert!(codes.iter().all(|code| *code == MISSING || (*code as usize) < levels.len()));
                        codes.len()
                    }
                };
                prop_assert_eq!(length, table.rows);
            }
        }
    }
}

#[test]
fn types_can_be_told() {
    let bytes = write(&[vec![Some(1.5), None, Some(2.0)]], Compression::UNCOMPRESSED);
    let options = ReadOptions { categorical: vec!["x".into()], ..ReadOptions::default() };
    let table = read_bytes(bytes.clone(), "t.parquet", &options).unwrap();
    assert_eq!(texts(&table, "x"), [Some("1.5".into()), None, Some("2.0".into())]);
    let options = ReadOptions { numeric: vec!["word".into()], ..ReadOptions::default() };
    let error = read_bytes(bytes.clone(), "t.parquet", &options).unwrap_err().to_string();
    assert_eq!(error, "column `word`: row 1: \"above\" is not a number");
    let options = ReadOptions { numeric: vec!["wrod".into()], ..ReadOptions::default() };
    let error = read_bytes(bytes, "t.parquet", &options).unwrap_err().to_string();
    assert!(error.contains("did you mean `word`?"), "{error}");
}

#[test]
fn the_name_must_not_lie() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    let error = read(&path, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("does not begin with PAR1"), "{error}");
    std::fs::write(&path, "PAR1 and no more").unwrap();
    let error = read(&path, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("no sound Parquet file"), "{error}");
}

#[test]
fn no_rows_is_no_table() {
    let error = read_all(write(&[], Compression::UNCOMPRESSED)).unwrap_err().to_string();
    assert_eq!(error, "t.parquet: has columns but no rows");
}

/// The Python in which the peers of the tests are installed.
fn python() -> Command {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
    Command::new(peers.join("bin/python"))
}

fn run_python(script: &str, argument: &std::path::Path) {
    let done = python().arg("-c").arg(script).arg(argument).output().expect("run `cargo xtask setup`");
    assert!(done.status.success(), "run `cargo xtask setup`; {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn files_of_pyarrow() {
    const SCRIPT: &str = r#"
import sys, datetime as d, decimal as m, pyarrow as pa, pyarrow.parquet as pq
D = m.Decimal
utc = d.timezone.utc
table = pa.table({
    "int8": pa.array([1, None, -3], pa.int8()), "uint32": pa.array([2**32 - 1, 0, None], pa.uint32()),
    "uint64": pa.array([2**63, 1, None], pa.uint64()), "int64": pa.array([-2**53, 5, None]),
    "float": pa.array([0.5, float("nan"), None], pa.float32()),
    "bool": pa.array([True, None, False]), "text": pa.array(["ä", None, "NA"]),
    "dictionary": pa.array(["b", "a", "b"]).dictionary_encode(),
    "date": pa.array([d.date(2024, 1, 31), None, d.date(1969, 12, 31)]),
    "seconds": pa.array([d.datetime(2024, 1, 31, 9, 30), None, None], pa.timestamp("s")),
    "micros": pa.array([d.datetime(2024, 1, 31, 9, 30, 0, 250, utc), None, None], pa.timestamp("us", "UTC")),
    "small": pa.array([D("1.10"), D("-2.25"), None], pa.decimal128(5, 2)),
    "large": pa.array([D("12345678901234567890.5"), None, D("-0.1")], pa.decimal128(38, 1)),
    "huge": pa.array([D("1.5"), None, D("-7")], pa.decimal256(60, 1)),
    "nothing": pa.nulls(3),
})
folder = sys.argv[1]
for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
    for version in ["1.0", "2.0"]:
        pq.write_table(table, f"{folder}/{codec}{version}.parquet", compression=codec, data_page_version=version,
                       row_group_size=2, store_schema=False)
pq.write_table(table.drop(["nothing"]), f"{folder}/int96.parquet", use_deprecated_int96_timestamps=True)
pq.write_table(pa.table({"a": [1], "list": [[1, 2]]}), f"{folder}/list.no")
pq.write_table(pa.table({"a": [1], "struct": [{"b": 1}]}), f"{folder}/struct.no")
pq.write_table(pa.table({"a": [1], "blob": [b"\x00"]}), f"{folder}/blob.no")
pq.write_table(pa.table({"a": [1], "time": [d.time(1, 2)]}), f"{folder}/time.no")
pq.write_table(pa.table({"a": [1.0, float("inf")]}), f"{folder}/infinite.no")
"#;
    let folder = tempfile::tempdir().unwrap();
    run_python(SCRIPT, folder.path());
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (good, bad): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| path.extension().unwrap() == "parquet");
    assert_eq!((good.len(), bad.len()), (11, 5));
    for path in good {
        let table = read(&path, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        let shown = |name: &str| format!("{:?}", numbers(&table, name));
        assert_eq!(shown("int8"), "[1.0, NaN, -3.0]", "{}", path.display());
        assert_eq!(shown("uint32"), "[4294967295.0, 0.0, NaN]");
        assert_eq!(shown("uint64"), "[9.223372036854776e18, 1.0, NaN]");
        assert_eq!(shown("int64"), "[-9007199254740992.0, 5.0, NaN]");
        assert_eq!(shown("float"), "[0.5, NaN, NaN]");
        assert_eq!(shown("small"), "[1.1, -2.25, NaN]");
        assert_eq!(shown("large"), "[1.2345678901234567e19, NaN, -0.1]");
        assert_eq!(shown("huge"), "[1.5, NaN, -7.0]");
        let words = |name: &str| texts(&table, name).into_iter().map(|t| t.unwrap_or("-".into())).collect::<Vec<_>>();
        assert_eq!(words("bool"), ["true", "-", "false"]);
        assert_eq!(words("text"), ["ä", "-", "-"]);
        assert_eq!(words("dictionary"), ["b", "a", "b"]);
        assert_eq!(words("date"), ["2024-01-31", "-", "1969-12-31"]);
        if path.file_name().unwrap() == "int96.parquet" {
            assert_eq!(words("micros"), ["2024-01-31T09:30:00.00025", "-", "-"]);
        } else {
            assert_eq!(shown("nothing"), "[NaN, NaN, NaN]");
            assert_eq!(words("micros"), ["2024-01-31T09:30:00.00025Z", "-", "-"]);
        }
        assert_eq!(words("seconds"), ["2024-01-31T09:30:00", "-", "-"]);
    }
    let expected = [
        "column `blob`: has the Parquet type BYTE_ARRAY, which is none of number, text",
        "column `a`: row 2: the value is infinite",
        "column `list.list.element`: is nested",
        "column `struct.b`: is nested",
        "column `time`: has the Parquet type INT64 (Time(",
    ];
    for (path, expected) in bad.iter().zip(expected) {
        let error = read(path, &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}
