//! What reads bytes from outside, without a service around it: for the fuzz targets.
//!
//! **May use:** what the handlers use. **Must never** be used by them: here nobody asks who calls.

use bytes::Bytes;
use futures_util::stream;

use crate::batches::upload;
use crate::problem::Problem;
use crate::resources;

/// Reads a body and lets go of it.
pub(crate) type Reader = fn(&[u8]) -> Result<(), Problem>;

/// The JSON bodies of the operations, a resource each.
const BODIES: [&[Reader]; 16] = [
    resources::api_keys::BODIES,
    resources::backtests::BODIES,
    resources::deployment::BODIES,
    resources::flags::BODIES,
    resources::items::BODIES,
    resources::model_reports::BODIES,
    resources::notices::BODIES,
    resources::policies::BODIES,
    resources::reviews::BODIES,
    resources::scores::BODIES,
    resources::scores_batch::BODIES,
    resources::scores_what_if::BODIES,
    resources::sessions::BODIES,
    resources::trainings::BODIES,
    resources::users::BODIES,
    resources::webhooks::BODIES,
];

/// Reads bytes as the body of each operation that takes JSON; gives what each says to them.
pub fn bodies(bytes: &[u8]) -> Vec<Result<(), Problem>> {
    BODIES.iter().flat_map(|readers| readers.iter()).map(|read| read(bytes)).collect()
}

/// Reads a form that comes in pieces; gives its file, the name of its format and the column of references.
///
/// # Errors
/// As an upload is refused.
pub async fn form(content_type: &str, pieces: Vec<Vec<u8>>) -> Result<(Vec<u8>, String, Option<String>), Problem> {
    let pieces = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))));
    let mut file = Vec::new();
    let form = upload::read(content_type, pieces, &mut file).await?;
    Ok((file, format!("{:?}", form.format), form.reference))
}
