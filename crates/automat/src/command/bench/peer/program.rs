//! Somebody else's server program: found where Debian puts it, run in a folder of its own, stopped.
//!
//! PostgreSQL refuses to run as root, rightly. Where the measurement runs as root, the programs run
//! as `nobody`, who is given the folder.

use anyhow::{Context, bail};
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A person of this system, by number.
#[derive(Clone, Copy)]
struct Person {
    user: u32,
    group: u32,
}

/// Finds a program in one of the folders.
pub(super) fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let mut places = folders.iter().map(|folder| folder.join(name));
    places.find(|place| place.is_file())
}

/// Makes a folder that belongs to whoever runs the programs.
pub(super) fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if let Some(person) = instead_of_root()? {
        chown(folder, Some(person.user), Some(person.group))?;
    }
    Ok(())
}

/// Makes a command that runs as anybody but root, in the folder, and speaks into a file beside it.
pub(super) fn command(program: &Path, folder: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    let words = File::options()
        .create(true)
        .append(true)
        .open(words_of(folder))?;
    command.stdout(words.try_clone()?).stderr(words);
    if let Some(person) = instead_of_root()? {
        command.uid(person.user).gid(person.group);
    }
    Ok(command)
}

/// Runs a command to its end.
pub(super) fn run(mut command: Command, folder: &Path) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    match status.success() {
        true => Ok(()),
        false => bail!(
            "{} failed, {status}: {}",
            command.get_program().display(),
            last_words(folder)
        ),
    }
}

/// Starts a command that goes on.
pub(super) fn start(mut command: Command) -> anyhow::Result<Child> {
    command
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))
}

/// Gives the last line the programs of a folder said.
pub(super) fn last_words(folder: &Path) -> String {
    let words = fs::read_to_string(words_of(folder)).unwrap_or_default();
    let last = words.lines().last().unwrap_or("it said nothing");
    last.to_owned()
}

fn words_of(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}

/// Names whom to run programs as, if this runs as root.
fn instead_of_root() -> anyhow::Result<Option<Person>> {
    let me = fs::metadata("/proc/self").context("cannot see who runs this; it needs Linux")?;
    if me.uid() != 0 {
        return Ok(None);
    }
    let people = fs::read_to_string("/etc/passwd")?;
    let nobody = people.lines().find(|line| line.starts_with("nobody:"));
    let nobody = nobody.context("there is no user called nobody to run the peers as")?;
    let mut fields = nobody.split(':').skip(2);
    let mut number = || -> anyhow::Result<u32> {
        let field = fields.next().context("a line of /etc/passwd is cut off")?;
        Ok(field.parse()?)
    };
    Ok(Some(Person {
        user: number()?,
        group: number()?,
    }))
}
