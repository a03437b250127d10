//! The lake: where decisions are exported to, and what of them.

use std::time::Duration;

use lake::Place;

use super::Source;
use super::source::Spec;

/// Accepted for a place.
const PLACES: &str = "a folder's path, s3://bucket/prefix, or off";

/// What of an application goes into the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LakeFields {
    /// Nothing: outcomes and reasons only.
    None,
    /// Which attributes matched, and their points.
    Attributes,
    /// That, and the model's fields as they were submitted.
    Inputs,
}

impl LakeFields {
    /// Whether it is said which attributes matched.
    #[must_use]
    pub fn has_attributes(self) -> bool {
        self != Self::None
    }
}

/// What is said of the place.
#[derive(Debug, Clone)]
enum Chosen {
    Nothing,
    Off,
    At(Place),
}

/// The lake.
#[derive(Debug, Clone)]
pub struct Lake {
    chosen: Chosen,
    /// Decisions of a file at most.
    pub rows: u64,
    /// How long a decision waits for its file to be full.
    pub interval: Duration,
    /// What of an application is exported.
    pub fields: LakeFields,
}

impl Lake {
    pub(super) fn read(from: &mut Source) -> Self {
        let place = Spec {
            name: "PLIMSOLL_LAKE",
            default: "",
            meaning: "where decisions are exported to as Parquet; `lake` in the data folder if not set, off with PostgreSQL",
        };
        let rows =
            Spec { name: "PLIMSOLL_LAKE_ROWS", default: "100000", meaning: "decisions of a file of the lake at most" };
        let interval = Spec {
            name: "PLIMSOLL_LAKE_INTERVAL",
            default: "5min",
            meaning: "how long a decision waits for its file of the lake to fill",
        };
        let fields = Spec {
            name: "PLIMSOLL_LAKE_FIELDS",
            default: "none",
            meaning: "what of an application the lake gets: nothing, matched attributes, or also the inputs, which are personal data",
        };
        let choices =
            [("none", LakeFields::None), ("attributes", LakeFields::Attributes), ("inputs", LakeFields::Inputs)];
        let parse = |text: &str| match text {
            "" => Some(Chosen::Nothing),
            "off" => Some(Chosen::Off),
            place => Place::parse(place).map(Chosen::At),
        };
        Self {
            chosen: from.one(place, PLACES, parse).unwrap_or(Chosen::Nothing),
            rows: from.count(rows, 1..=10_000_000),
            interval: from.duration(interval, Duration::from_secs(1)..=Duration::from_secs(86_400)),
            fields: from.choice(fields, &choices, LakeFields::None),
        }
    }

    /// Where the lake of these settings is: what is named; else `lake` in the data folder where the store is there, too.
    /// Instances on one PostgreSQL would each have a part of the lake in a folder of their own.
    #[must_use]
    pub fn place(&self, store: &super::Store) -> Option<Place> {
        match &self.chosen {
            Chosen::At(place) => Some(place.clone()),
            Chosen::Nothing if store.database_url.is_none() => Some(Place::Folder(store.data.join("lake"))),
            Chosen::Nothing | Chosen::Off => None,
        }
    }
}
