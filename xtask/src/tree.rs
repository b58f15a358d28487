//! The files of the project, read once, with paths from its root.
//!
//! Build output, data folders and version control are left out by name, so that the rules see a
//! fresh checkout and a worked-in one alike.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// One text file: its path from the root, with `/`, and its text.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The path from the root of the project.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
}

impl File {
    /// Makes a file from its parts, as the tests of the rules do.
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> File {
        let (path, text) = (path.to_owned(), text.to_owned());
        File { path, text }
    }

    /// Tells whether the file's name ends so: `is("rs")`.
    pub(crate) fn is(&self, extension: &str) -> bool {
        let ending = self.path.rsplit_once('.');
        ending.is_some_and(|(_, found)| found == extension)
    }

    /// Gives the last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Gives the root of the project, which is where this crate's folder stands.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().expect("xtask stands in the root's folder");
    root.to_path_buf()
}

/// Reads every text file of the project, in the order of their paths.
pub(crate) fn read(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    read_folder(root, root, &mut files)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("reading {}", folder.display()))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !is_left_out(&name) {
                read_folder(root, &path, files)?;
            }
        } else {
            files.extend(read_file(root, &path)?);
        }
    }
    Ok(())
}

/// Reads one file; none when its bytes are no text, such as a picture.
fn read_file(root: &Path, path: &Path) -> Result<Option<File>> {
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let inside = path.strip_prefix(root).expect("the walk began at the root");
    let path = inside.to_string_lossy().replace('\\', "/");
    Ok(String::from_utf8(bytes)
        .ok()
        .map(|text| File { path, text }))
}

fn is_left_out(folder: &str) -> bool {
    let hidden = folder.starts_with('.') && folder != ".ci" && folder != ".cargo";
    let built = folder.starts_with("target");
    hidden || built || folder == "automat-data" || folder == "screenshots"
}
