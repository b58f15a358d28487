//! What the machine's controller speaks, by the machine file.

use super::reader::{Reader, Section};
use serde::{Deserialize, Serialize};

/// A protocol that a machine's controller speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// The register map over Modbus TCP.
    #[default]
    Modbus,
    /// The same over OPC UA.
    OpcUa,
}

/// How an OPC UA session is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// Not at all.
    None,
    /// Signed and encrypted.
    Basic256Sha256,
}

/// Reads `protocol`; Modbus when the file is silent.
pub(super) fn protocol(section: &mut Section<'_, '_>, reader: &mut Reader<'_>) -> Protocol {
    let said = choice(
        section,
        reader,
        "protocol",
        &[("modbus", Protocol::Modbus), ("opc-ua", Protocol::OpcUa)],
    );
    said.unwrap_or_default()
}

/// Reads `security`; nothing when the file is silent.
pub(super) fn security(section: &mut Section<'_, '_>, reader: &mut Reader<'_>) -> Option<Security> {
    choice(
        section,
        reader,
        "security",
        &[
            ("none", Security::None),
            ("basic256sha256", Security::Basic256Sha256),
        ],
    )
}

/// Reads one of some words, if the key is there.
fn choice<T: Copy>(
    section: &mut Section<'_, '_>,
    reader: &mut Reader<'_>,
    key: &'static str,
    words: &[(&str, T)],
) -> Option<T> {
    if !section.has(key) {
        return None;
    }
    let (at, said) = (section.at(key), section.text(reader, key));
    let found = words.iter().find(|(word, _)| *word == said);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let cure = format!("write {}", known.join(" or "));
        reader.tell(at, format!("{said:?} is no {key}"), cure);
    }
    found.map(|(_, value)| *value)
}
