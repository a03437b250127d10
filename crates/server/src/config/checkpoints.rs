//! Where copies of checkpoints are kept.

use lake::Place;

use super::Source;
use super::source::Spec;

/// Where copies of checkpoints are kept.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    /// A folder or a bucket that locks what is written to it; none where copies are not kept.
    pub place: Option<Place>,
}

impl Checkpoints {
    pub(super) fn read(from: &mut Source) -> Self {
        let place = Spec {
            name: "PLIMSOLL_CHECKPOINTS",
            default: "",
            meaning: "folder or bucket, best one with Object Lock, that gets a copy of every checkpoint",
        };
        let parse = |text: &str| match text {
            "" | "off" => Some(None),
            place => Place::parse(place).map(Some),
        };
        Self { place: from.one(place, "a folder's path, s3://bucket/prefix, or off", parse).flatten() }
    }
}
