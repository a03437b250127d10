//! Pieces of the input: whole records, small enough to hold several in memory.

/// Some records of the input, in its order.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// Counted from 0.
    pub(crate) number: u64,
    /// Line (of a text) or row (of Parquet) of the first record, counted from 1.
    pub(crate) first_line: u64,
    /// Bytes of the input that were read for it, packed as they are.
    pub(crate) read: u64,
    pub(crate) records: Records,
}

/// The records, as the format has them.
#[derive(Debug)]
pub(crate) enum Records {
    /// Lines of CSV, header left out.
    Csv(Vec<u8>),
    /// Lines of JSON.
    Ndjson(Vec<u8>),
    /// Rows of Parquet.
    Parquet(Vec<parquet::record::Row>),
}
