//! The report on a scorecard: as data ([`ReportData`], written as `report.json`) and as one HTML file.

mod card_data;
mod data;
pub mod drawing;
mod html;
mod sample;

pub use card_data::{
    CharacteristicReport, Coefficient, ModelCard, Regression, RoundingError, ScalingReport, SelectionRow,
};
pub use data::{
    CrossValidation, DataSource, LeftOut, ModelIdentity, NamedStability, REPORT_VERSION, ReasonRow, ReasonsReport,
    ReportData, Setting, Split,
};
pub use html::html;
pub use sample::{Sample, SampleReport};

pub use crate::weighting::Weighting;
