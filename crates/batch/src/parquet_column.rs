//! Columns of Parquet: what the values of one mean, and values put back as they were stored.

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    data_type::{ByteArray, FixedLenByteArray},
    errors::ParquetError,
    record::Field,
    schema::types::{ColumnDescriptor, Type, TypePtr},
};

/// A column of an input.
#[derive(Debug, Clone)]
pub(crate) struct ParquetColumn {
    pub(crate) kind: Kind,
    /// Its type when it is written again.
    pub(crate) stored_as: TypePtr,
}

/// What the values of a column mean beyond what they are stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// Counts since 1970.
    Timestamp {
        /// In nanoseconds.
        unit: i64,
        /// Whether the moment is in UTC.
        utc: bool,
    },
}

impl ParquetColumn {
    /// A column of the input; `None` for one that rows cannot hold as a cell.
    pub(crate) fn of(column: &ColumnDescriptor) -> Result<Option<Self>, ParquetError> {
        let nested = column.max_rep_level() > 0 || column.path().parts().len() > 1;
        if nested || column.converted_type() == ConvertedType::INTERVAL {
            return Ok(None);
        }
        let timestamp = |unit: i64, utc: bool| Kind::Timestamp { unit, utc };
        let kind = match (column.physical_type(), column.logical_type_ref(), column.converted_type()) {
            // Rows have the old 96-bit timestamps in milliseconds.
            (Physical::INT96, ..) => {
                let stamp = LogicalType::timestamp(false, TimeUnit::MILLIS);
                let builder = Type::primitive_type_builder(column.name(), Physical::INT64);
                let repetition = column.self_type().get_basic_info().repetition();
                let stored_as = builder.with_repetition(repetition).with_logical_type(Some(stamp)).build()?;
                return Ok(Some(Self { kind: timestamp(1_000_000, false), stored_as: stored_as.into() }));
            }
            (_, Some(LogicalType::Timestamp(stamp)), _) => {
                let unit = match stamp.unit {
                    TimeUnit::MILLIS => 1_000_000,
                    TimeUnit::MICROS => 1_000,
                    TimeUnit::NANOS => 1,
                };
                timestamp(unit, stamp.is_adjusted_to_u_t_c)
            }
            (_, None, ConvertedType::TIMESTAMP_MILLIS) => timestamp(1_000_000, true),
            (_, None, ConvertedType::TIMESTAMP_MICROS) => timestamp(1_000, true),
            _ => Kind::Plain,
        };
        Ok(Some(Self { kind, stored_as: column.self_type_ptr() }))
    }
}

/// Values of a column as they are stored.
#[derive(Debug)]
pub(crate) enum Stored {
    Boolean(Vec<Option<bool>>),
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
    Bytes(Vec<Option<ByteArray>>),
    Fixed(Vec<Option<FixedLenByteArray>>),
}

impl Stored {
    /// No values yet, of a column of this type.
    pub(crate) fn of(column: &Type) -> Self {
        match column.get_physical_type() {
            Physical::BOOLEAN => Self::Boolean(Vec::new()),
            Physical::INT32 => Self::Int32(Vec::new()),
            Physical::INT64 | Physical::INT96 => Self::Int64(Vec::new()),
            Physical::FLOAT => Self::Float(Vec::new()),
            Physical::DOUBLE => Self::Double(Vec::new()),
            Physical::BYTE_ARRAY => Self::Bytes(Vec::new()),
            Physical::FIXED_LEN_BYTE_ARRAY => Self::Fixed(Vec::new()),
        }
    }

    pub(crate) fn push(&mut self, value: &Field) {
        match self {
            Self::Boolean(all) => all.push(if let Field::Bool(truth) = value { Some(*truth) } else { None }),
            Self::Int32(all) => all.push(int32(value)),
            Self::Int64(all) => all.push(int64(value)),
            Self::Float(all) => all.push(if let Field::Float(number) = value { Some(*number) } else { None }),
            Self::Double(all) => all.push(if let Field::Double(number) = value { Some(*number) } else { None }),
            Self::Bytes(all) => all.push(bytes(value)),
            Self::Fixed(all) => all.push(bytes(value).map(FixedLenByteArray::from)),
        }
    }

    pub(crate) fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Boolean(all), Self::Boolean(more)) => all.extend(more),
            (Self::Int32(all), Self::Int32(more)) => all.extend(more),
            (Self::Int64(all), Self::Int64(more)) => all.extend(more),
            (Self::Float(all), Self::Float(more)) => all.extend(more),
            (Self::Double(all), Self::Double(more)) => all.extend(more),
            (Self::Bytes(all), Self::Bytes(more)) => all.extend(more),
            (Self::Fixed(all), Self::Fixed(more)) => all.extend(more),
            _ => {}
        }
    }
}

fn int32(value: &Field) -> Option<i32> {
    match value {
        Field::Byte(n) => Some(i32::from(*n)),
        Field::Short(n) => Some(i32::from(*n)),
        Field::Int(n) | Field::Date(n) | Field::TimeMillis(n) => Some(*n),
        Field::UByte(n) => Some(i32::from(*n)),
        Field::UShort(n) => Some(i32::from(*n)),
        Field::UInt(n) => Some(n.cast_signed()),
        Field::Decimal(decimal) => decimal.data().try_into().ok().map(i32::from_be_bytes),
        _ => None,
    }
}

fn int64(value: &Field) -> Option<i64> {
    match value {
        Field::Long(n) | Field::TimestampMillis(n) | Field::TimestampMicros(n) | Field::TimeMicros(n) => Some(*n),
        Field::ULong(n) => Some(n.cast_signed()),
        Field::Decimal(decimal) => decimal.data().try_into().ok().map(i64::from_be_bytes),
        _ => None,
    }
}

fn bytes(value: &Field) -> Option<ByteArray> {
    match value {
        Field::Str(text) => Some(ByteArray::from(text.as_str())),
        Field::Bytes(bytes) => Some(bytes.clone()),
        Field::Decimal(decimal) => Some(ByteArray::from(decimal.data().to_vec())),
        Field::Float16(number) => Some(ByteArray::from(number.to_le_bytes().to_vec())),
        _ => None,
    }
}
