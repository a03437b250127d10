//! Reports as they are kept: JSON, compressed.

use std::io::{Read, Write};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use store::{
    Store,
    ledger::Hash,
    registry::{Author, ModelReport},
};
use training::report::ReportData;
use uuid::Uuid;

use crate::problem::{Kind, Problem};

/// Bytes of a report before it is compressed.
pub(crate) const MOST_BYTES: u64 = 32 << 20;

/// Keeps a report beside its model.
///
/// # Errors
/// 422 where it is too long; those of the store.
pub(crate) async fn keep(
    store: &Store,
    model: Uuid,
    report: &ReportData,
    author: &Author,
) -> Result<ModelReport, Problem> {
    let text = serde_json::to_vec(report).map_err(|_| Kind::Internal.because("the report cannot be written down"))?;
    if text.len() as u64 > MOST_BYTES {
        let detail = format!("the report has {} bytes; {MOST_BYTES} are allowed", text.len());
        return Err(Kind::InvalidRequest.because(detail));
    }
    let hash = Hash::of(&[&text]);
    let packed = pack(&text).map_err(|_| Kind::Internal.because("the report cannot be compressed"))?;
    Ok(store.put_model_report(model, hash, packed, author).await?)
}

/// The report on a model, if one is kept.
///
/// # Errors
/// Where the store cannot be read, or what it holds is no report.
pub(crate) async fn of(store: &Store, model: Uuid) -> Result<Option<ReportData>, Problem> {
    let Some(kept) = store.model_report(model).await? else { return Ok(None) };
    let corrupt = || Kind::Internal.because(format!("the report of model {model} cannot be read; it was altered"));
    let text = unpack(&kept.compressed).map_err(|_| corrupt())?;
    if Hash::of(&[&text]) != kept.hash {
        return Err(corrupt());
    }
    serde_json::from_slice(&text).map(Some).map_err(|_| corrupt())
}

fn pack(text: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text)?;
    packer.finish()
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    GzDecoder::new(packed).take(MOST_BYTES + 1).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_packed_comes_out_again_and_nothing_grows_without_end() {
        let text = "a report ".repeat(10_000).into_bytes();
        let packed = pack(&text).unwrap();
        assert!(packed.len() < text.len() / 50);
        assert_eq!(unpack(&packed).unwrap(), text);
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        let grown = unpack(&pack(&vec![0; usize::try_from(MOST_BYTES).unwrap() * 2]).unwrap()).unwrap();
        assert_eq!(grown.len() as u64, MOST_BYTES + 1);
    }
}
