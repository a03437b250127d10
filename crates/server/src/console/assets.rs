//! Scripts and styles, in the binary. A file's name holds the hash of its content, so that it may be kept for ever and laid
//! on a content delivery network ([`super::export`]); a module that is imported by another is named there by that name too.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::conventions::extract::Path;
use crate::problem::{Kind, Problem};

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

macro_rules! sources {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../assets/console/", $name)))),+]
    };
}

/// The files. What is imported stands before what imports it.
const SOURCES: &[(&str, &str)] = sources![
    "console.css",
    "icon.svg",
    "theme.js",
    "api.js",
    "times.js",
    "tables.js",
    "dialog.js",
    "forms.js",
    "console.js",
    "login.js",
    "live.js",
    "ledger.js",
    "secret.js",
    "csv.js",
    "models.js",
    "backtest.js",
    "train.js",
    "training.js",
    "score.js",
    "decision.js",
];

/// A file as it is served.
pub(super) struct Asset {
    /// As the sources call it.
    name: &'static str,
    /// As browsers ask for it.
    pub(super) file: String,
    address: String,
    pub(super) content: String,
}

/// All of them.
pub(super) static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets: Vec<Asset> = Vec::with_capacity(SOURCES.len());
    for (name, source) in SOURCES {
        let mut content = (*source).to_owned();
        for imported in &assets {
            content = content.replace(&format!("\"./{}\"", imported.name), &format!("\"./{}\"", imported.file));
        }
        let hash = ring::digest::digest(&ring::digest::SHA256, content.as_bytes());
        let hash: String = hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let file = format!("{stem}.{hash}.{extension}");
        assets.push(Asset { name, address: format!("/assets/{file}"), file, content });
    }
    assets
});

/// Where a file is, by its name in the sources.
pub(crate) fn address(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| &asset.address)
}

/// Serves a file.
pub(super) async fn serve(Path(file): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.file == file);
    let asset =
        asset.ok_or_else(|| Kind::NotFound.because("no such file; reload the page: the service was renewed"))?;
    let head = [(CONTENT_TYPE, HeaderValue::from_static(media_type(&asset.file))), (CACHE_CONTROL, FOR_EVER)];
    Ok((head, asset.content.as_str()).into_response())
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_hashes_and_modules_import_each_other_by_them() {
        for asset in ASSETS.iter() {
            assert_eq!(address(asset.name), format!("/assets/{}", asset.file));
            for (name, _) in SOURCES {
                assert!(!asset.content.contains(&format!("\"./{name}\"")), "{} imports {name} too early", asset.name);
            }
        }
        assert_eq!(address("none.js"), "");
    }
}
