//! The values of one Parquet column, one after another.

use parquet::{
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::DataType,
    errors::ParquetError,
    file::reader::FileReader,
};

use super::kind::Kind;

/// A value as it is stored; what it means, [`Kind`] says.
pub(super) enum Stored<'a> {
    Null,
    Boolean(bool),
    Whole(i128),
    Float(f64),
    Bytes(&'a [u8]),
}

/// Why reading ended early.
pub(super) enum Stop {
    Damaged(ParquetError),
    Refused(String),
}

impl From<ParquetError> for Stop {
    fn from(error: ParquetError) -> Self {
        Self::Damaged(error)
    }
}

/// What takes the values; it may refuse one.
pub(super) type Sink<'a> = dyn FnMut(Stored<'_>) -> Result<(), String> + 'a;

const BATCH: usize = 8192;

/// Hands every value of a column to `sink`, row group by row group.
pub(super) fn each_value(file: &dyn FileReader, column: usize, kind: Kind, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let unsigned = kind == Kind::Unsigned;
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        match group.get_column_reader(column)? {
            ColumnReader::BoolColumnReader(reader) => batches(reader, rows, sink, |v| Stored::Boolean(*v)),
            ColumnReader::Int32ColumnReader(reader) => batches(reader, rows, sink, |v| {
                Stored::Whole(if unsigned { i128::from(v.cast_unsigned()) } else { i128::from(*v) })
            }),
            ColumnReader::Int64ColumnReader(reader) => batches(reader, rows, sink, |v| {
                Stored::Whole(if unsigned { i128::from(v.cast_unsigned()) } else { i128::from(*v) })
            }),
            ColumnReader::Int96ColumnReader(reader) => {
                batches(reader, rows, sink, |v| Stored::Whole(nanoseconds(v.data())))
            }
            ColumnReader::FloatColumnReader(reader) => batches(reader, rows, sink, |v| Stored::Float(f64::from(*v))),
            ColumnReader::DoubleColumnReader(reader) => batches(reader, rows, sink, |v| Stored::Float(*v)),
            ColumnReader::ByteArrayColumnReader(reader) => batches(reader, rows, sink, |v| Stored::Bytes(v.data())),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                batches(reader, rows, sink, |v| Stored::Bytes(v.data()))
            }
        }?;
    }
    Ok(())
}

fn batches<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    sink: &mut Sink<'_>,
    stored: impl Fn(&T::T) -> Stored<'_>,
) -> Result<(), Stop> {
    let (mut levels, mut values): (Vec<i16>, Vec<T::T>) = (Vec::new(), Vec::new());
    let mut left = rows;
    while left > 0 {
        levels.clear();
        values.clear();
        let (records, present, _) = reader.read_records(left.min(BATCH), Some(&mut levels), None, &mut values)?;
        if records == 0 {
            let problem = format!("{left} of {rows} values of a row group are not there");
            return Err(Stop::Damaged(ParquetError::General(problem)));
        }
        left = left.saturating_sub(records);
        let mut values = values.iter().take(present);
        // A required column has no levels. Of a flat column, level 0 is null and level 1 a value.
        for record in 0..records {
            let null = levels.get(record) == Some(&0);
            let value = if null { None } else { values.next() };
            sink(value.map_or(Stored::Null, &stored)).map_err(Stop::Refused)?;
        }
    }
    Ok(())
}

/// Nanoseconds since 1970 of the old 96-bit timestamp: nanoseconds of the day, then the Julian day.
fn nanoseconds(words: &[u32]) -> i128 {
    const JULIAN_DAY_OF_1970: i128 = 2_440_588;
    const NANOSECONDS_A_DAY: i128 = 86_400_000_000_000;
    let [low, high, day] = words else { return 0 };
    let of_day = i128::from(*high) << 32 | i128::from(*low);
    (i128::from(*day) - JULIAN_DAY_OF_1970) * NANOSECONDS_A_DAY + of_day
}
