//! Small towers, catalogues and terms of sale, so that a test fills a machine in seconds.

use std::path::PathBuf;

/// What a demonstration is started with.
#[derive(Clone)]
pub(crate) struct Setup {
    /// The machine file.
    pub(crate) machine: PathBuf,
    /// The cars.
    pub(crate) catalogue: PathBuf,
    /// The terms of sale.
    pub(crate) policy: PathBuf,
    /// A drop that is announced.
    pub(crate) drop: Option<PathBuf>,
}

impl Setup {
    /// Three levels of two places, six cars, the terms of 2017.
    pub(crate) fn small() -> Setup {
        Setup {
            machine: data("small.toml"),
            catalogue: data("small.csv"),
            policy: root("policies/tmall-2017.toml"),
            drop: None,
        }
    }

    /// Six levels of four places, two dozen cars at a tenth of their price, so that a wallet pays
    /// for several, the terms of 2017.
    pub(crate) fn middling() -> Setup {
        Setup {
            machine: data("middling.toml"),
            catalogue: data("middling.csv"),
            ..Setup::small()
        }
    }
}

/// Gives a file that is kept for tests.
pub(crate) fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// Gives a file of the project.
pub(crate) fn root(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}
