//! What the values of a Parquet column mean.

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type},
    schema::types::ColumnDescriptor,
};

/// The meaning of a column's stored values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Unsigned,
    Float,
    Text,
    /// Days since 1970-01-01.
    Date,
    /// Nanoseconds in a unit, and whether the instant is in UTC.
    Timestamp(i64, bool),
    /// Digits after the point.
    Decimal(i32),
}

impl Kind {
    /// The kind of a column, or why it has none here.
    pub(super) fn of(column: &ColumnDescriptor) -> Result<Self, String> {
        let info = column.self_type().get_basic_info();
        let (physical, logical, converted) = (column.physical_type(), info.logical_type_ref(), info.converted_type());
        if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
            return Err(format!(
                "is nested (Parquet path {}, {physical}); a table is flat: select its parts into columns of their own, or \
                 exclude it",
                column.path().string()
            ));
        }
        let decimal = || match (logical, converted) {
            (Some(LogicalType::Decimal(decimal)), _) => Some(Self::Decimal(decimal.scale)),
            (None, ConvertedType::DECIMAL) => Some(Self::Decimal(column.type_scale())),
            _ => None,
        };
        let kind = match physical {
            Type::BOOLEAN => Some(Self::Boolean),
            Type::FLOAT | Type::DOUBLE => Some(Self::Float),
            Type::INT96 => Some(Self::Timestamp(1, false)),
            Type::INT32 | Type::INT64 => decimal().or_else(|| Self::of_integer(logical, converted)),
            Type::BYTE_ARRAY => decimal().or(match (logical, converted) {
                (Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), _)
                | (None, ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON) => Some(Self::Text),
                _ => None,
            }),
            Type::FIXED_LEN_BYTE_ARRAY => decimal(),
        };
        kind.filter(|kind| !matches!(kind, Self::Decimal(scale) if !(0..=38).contains(scale))).ok_or_else(|| {
            let meaning = match (logical, converted) {
                (Some(logical), _) => format!(" ({logical:?})"),
                (None, ConvertedType::NONE) => String::new(),
                (None, converted) => format!(" ({converted})"),
            };
            format!(
                "has the Parquet type {physical}{meaning}, which is none of number, text, truth value, date, timestamp \
                 or decimal; convert it or exclude it"
            )
        })
    }

    fn of_integer(logical: Option<&LogicalType>, converted: ConvertedType) -> Option<Self> {
        let nanoseconds = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000_000,
            TimeUnit::MICROS => 1_000,
            TimeUnit::NANOS => 1,
        };
        match (logical, converted) {
            (Some(LogicalType::Date), _) | (None, ConvertedType::DATE) => Some(Self::Date),
            (Some(LogicalType::Timestamp(stamp)), _) => {
                Some(Self::Timestamp(nanoseconds(&stamp.unit), stamp.is_adjusted_to_u_t_c))
            }
            (None, ConvertedType::TIMESTAMP_MILLIS) => Some(Self::Timestamp(1_000_000, true)),
            (None, ConvertedType::TIMESTAMP_MICROS) => Some(Self::Timestamp(1_000, true)),
            (Some(LogicalType::Integer(integer)), _) if !integer.is_signed => Some(Self::Unsigned),
            (
                None,
                ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64,
            ) => Some(Self::Unsigned),
            // A column of nulls alone has the logical type Unknown.
            (Some(LogicalType::Integer(_) | LogicalType::Unknown), _)
            | (
                None,
                ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64,
            ) => Some(Self::Integer),
            _ => None,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Boolean => "truth values",
            Self::Integer | Self::Unsigned => "whole numbers",
            Self::Float => "floating-point numbers",
            Self::Text => "texts",
            Self::Date => "dates",
            Self::Timestamp(..) => "timestamps",
            Self::Decimal(_) => "decimals",
        })
    }
}
