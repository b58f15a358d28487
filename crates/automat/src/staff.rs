//! The first staff account, made at first start.

use crate::secrets::{fill, write_private};
use anyhow::Context;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use kernel::Moment;
use std::fs;
use std::path::Path;
use store::{SecretHash, Staff, Store};

/// The first account, as it is shown to whoever starts the program.
pub struct First {
    /// The name to sign in with.
    pub name: String,
    /// The password, kept in a file only its owner may read; none where the file is not here,
    /// because it was taken away, or the account was made by another process.
    pub password: Option<String>,
}

const NAME: &str = "operator";

/// Makes the first account where there is none; its password stands in `staff-password`.
pub async fn ensure(store: &Store, folder: &Path, now: Moment) -> anyhow::Result<First> {
    let file = folder.join("staff-password");
    let name = NAME.to_owned();
    let is_known = store.staff(NAME).await?.is_some();
    if !file.exists() {
        if is_known {
            let password = None;
            return Ok(First { name, password });
        }
        write_private(&file, fresh_password().as_bytes())?;
    }
    let password = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .trim()
        .to_owned();
    if !is_known {
        let staff = Staff {
            name: NAME.to_owned(),
            password_hash: SecretHash(hash(&password)?),
            role: "admin".to_owned(),
        };
        store.keep_staff(staff, now).await?;
    }
    let password = Some(password);
    Ok(First { name, password })
}

fn fresh_password() -> String {
    const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzB";
    let mut bytes = [0; 12];
    fill(&mut bytes);
    bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

/// Hashes a password with Argon2id at the library's recommended cost and a fresh salt.
fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    let hash = hash.map_err(|error| anyhow::anyhow!("cannot hash the staff password: {error}"))?;
    Ok(hash.to_string())
}
