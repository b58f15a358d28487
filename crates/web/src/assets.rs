//! Styles, scripts and icons, built into the program, hashed and compressed beforehand.
//!
//! The address holds a hash of the content, so an answer may be kept for ever and a new version
//! is a new address. Nothing is read from disk while serving.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// One file of `assets/`, with its hashed address and both of its forms.
struct Asset {
    name: &'static str,
    path: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Gives the address of an asset by its file name, such as `style.css`.
pub fn path(name: &str) -> &'static str {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    found
        .expect("pages name only assets that are built in")
        .path
}

/// Serves the assets under `/assets/`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let wanted = |asset: &&Asset| asset.path.strip_prefix("/assets/") == Some(name.as_str());
    let Some(asset) = ASSETS.iter().find(wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fixed = [
        (header::CONTENT_TYPE, media_type(asset.name)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    match accepts_gzip(&headers) {
        true => (fixed, [(header::CONTENT_ENCODING, "gzip")], asset.gzip).into_response(),
        false => (fixed, asset.plain).into_response(),
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|value| value.split(',').any(|coding| coding.trim() == "gzip"))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_sound_and_names_the_shop_and_its_icons() {
        let text = include_str!("../assets/manifest.webmanifest");
        let manifest: serde_json::Value = serde_json::from_str(text).expect("the manifest is JSON");
        assert!(manifest["name"].is_string() && manifest["icons"][0]["src"].is_string());
    }

    #[test]
    fn every_asset_has_an_address_of_its_own_content_and_a_known_type() {
        for asset in ASSETS {
            assert!(asset.path.starts_with("/assets/"), "{}", asset.path);
            assert_ne!(
                media_type(asset.name),
                "application/octet-stream",
                "{}",
                asset.name
            );
            assert_eq!(asset.gzip[..2], [0x1f, 0x8b], "{}", asset.name);
        }
        assert_eq!(path("style.css").split('.').nth(1).map(str::len), Some(12));
    }

    #[test]
    fn the_first_page_needs_little_script_and_style() {
        let weight = |end: &str| -> usize {
            let files = ASSETS.iter().filter(|asset| asset.name.ends_with(end));
            files.map(|asset| asset.gzip.len()).sum()
        };
        assert!(
            weight(".js") < 12 * 1024,
            "scripts: {} bytes",
            weight(".js")
        );
        assert!(
            weight(".css") < 12 * 1024,
            "styles: {} bytes",
            weight(".css")
        );
    }
}
