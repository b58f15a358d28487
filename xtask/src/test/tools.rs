//! What the checks need beyond Rust, and how to get it.
//!
//! On Debian as root the missing packages are installed. Elsewhere they are named and the step
//! fails, because a check that silently does less is worse than none.

use anyhow::{Result, bail};
use std::process::{Command, Stdio};

/// A tool: what it is for, how to see that it is there, and the Debian package it comes in.
struct Tool {
    name: &'static str,
    needed_for: &'static str,
    is_there: fn() -> bool,
    package: &'static str,
}

const TOOLS: [Tool; 8] = [
    Tool {
        name: "git",
        needed_for: "the state of the checkout",
        is_there: || answers("git", &["--version"]),
        package: "git",
    },
    Tool {
        name: "cc",
        needed_for: "SQLite and the cryptography, which are built from C",
        is_there: || answers("cc", &["--version"]),
        package: "gcc",
    },
    Tool {
        name: "chromium",
        needed_for: "the browser test",
        is_there: || answers("chromium", &["--version"]),
        package: "chromium",
    },
    Tool {
        name: "chromedriver",
        needed_for: "the browser test",
        is_there: || answers("chromedriver", &["--version"]),
        package: "chromium-driver",
    },
    Tool {
        name: "hledger",
        needed_for: "the audit of the exported journal",
        is_there: || answers("hledger", &["--version"]),
        package: "hledger",
    },
    Tool {
        name: "PostgreSQL",
        needed_for: "the store on a server, which the tests make for themselves",
        is_there: || std::path::Path::new("/usr/lib/postgresql").is_dir(),
        package: "postgresql",
    },
    Tool {
        name: "python3 with venv",
        needed_for: "the foreign machine controllers of the protocol tests",
        is_there: || answers("python3", &["-c", "import ensurepip, venv"]),
        package: "python3-venv",
    },
    Tool {
        name: "a font with Han characters",
        needed_for: "pages in Chinese, seen by the browser test",
        is_there: has_han_font,
        package: "fonts-noto-cjk",
    },
];

/// Sees that every tool is there, installing what is missing where that is possible.
pub(crate) fn provide() -> Result<()> {
    provide_components()?;
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.is_there)()).collect();
    if missing.is_empty() {
        println!("all {} tools are there", TOOLS.len());
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let line = packages.join(" ");
    for tool in &missing {
        println!("missing: {}, for {}", tool.name, tool.needed_for);
    }
    if !is_root() || !answers("apt-get", &["--version"]) {
        bail!("install what is missing; on Debian: sudo apt-get install {line}");
    }
    install(&packages)?;
    let still: Vec<&str> = missing
        .iter()
        .filter(|tool| !(tool.is_there)())
        .map(|tool| tool.name)
        .collect();
    if !still.is_empty() {
        bail!(
            "still missing after apt-get install {line}: {}",
            still.join(", ")
        );
    }
    Ok(())
}

/// Tells whether a program starts and answers without error.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments);
    command.stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Sees that the formatter and the linter of the pinned toolchain are there.
fn provide_components() -> Result<()> {
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if answers("cargo", &[command, "--version"]) {
            continue;
        }
        println!("missing: cargo {command}; trying rustup component add {component}");
        if !answers("rustup", &["component", "add", component]) {
            bail!("cargo {command} is missing: install {component} of the pinned toolchain");
        }
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    super::succeed(Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut command = Command::new("apt-get");
    command.args(["install", "--yes", "--quiet", "--no-install-recommends"]);
    command
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    super::succeed(&mut command)
}

fn is_root() -> bool {
    said("id", &["-u"]).trim() == "0"
}

/// Asks fontconfig; where that is not installed, looks where Debian puts the fonts.
fn has_han_font() -> bool {
    let debian = std::path::Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    debian.exists() || !said("fc-list", &[":lang=zh", "family"]).trim().is_empty()
}

/// Gives what a program prints; nothing when it does not start.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default()
}
