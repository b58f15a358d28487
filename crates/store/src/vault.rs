//! Personal text, sealed with a key that each buyer has alone.
//!
//! A buyer's 256-bit key is random and stored wrapped with the master key, which is never stored.
//! Erasing the wrapped key turns everything sealed with it into noise, in the log and in every
//! backup made since. AES-256-GCM with random 96-bit nonces (NIST SP 800-38D); buyer and field are
//! bound to each text, so that a sealed phone number cannot stand in for a name.

use crate::database::Database;
use crate::fault::Fault;
use crate::store::Store;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kernel::{Bucket, BuyerId};
use sales::buyer::Sealed;
use std::fmt;

const KEY_LEN: usize = 32;
const WRAPPING: &str = "wrapped-key";

/// The master key, ready to wrap and unwrap.
pub(crate) struct Vault {
    master: RandomizedNonceKey,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    pub(crate) fn new(master_key: &[u8; KEY_LEN]) -> Result<Vault, Fault> {
        Ok(Vault {
            master: cipher(master_key, "read the master key")?,
        })
    }
}

impl Store {
    /// Seals a text for a buyer, making the buyer's key when there is none yet.
    ///
    /// A buyer whose key was erased gets a new one only by a new sealing; what was sealed before
    /// stays noise.
    pub async fn seal(&self, buyer: &BuyerId, field: &str, text: &str) -> Result<Sealed, Fault> {
        let stored = self.wrapped_key(buyer).await?;
        let wrapped = match stored {
            Some(wrapped) => wrapped,
            None => self.make_key(buyer).await?,
        };
        let key = unwrap_key(&self.vault().master, buyer, &wrapped)?;
        let sealed = encrypt(&key, &aad(buyer, field), text.as_bytes(), "seal a text")?;
        Ok(Sealed(STANDARD_NO_PAD.encode(sealed)))
    }

    /// Opens a sealed text; none when the buyer's key was erased.
    pub async fn open_sealed(
        &self,
        buyer: &BuyerId,
        field: &str,
        sealed: &Sealed,
    ) -> Result<Option<String>, Fault> {
        let opened = self.open_all_sealed(buyer, [(field, sealed)]).await?;
        Ok(opened.map(|[text]| text))
    }

    /// Opens sealed texts of one buyer, each with its field; none when the buyer's key was erased.
    pub async fn open_all_sealed<const N: usize>(
        &self,
        buyer: &BuyerId,
        texts: [(&str, &Sealed); N],
    ) -> Result<Option<[String; N]>, Fault> {
        let Some(wrapped) = self.wrapped_key(buyer).await? else {
            return Ok(None);
        };
        let key = unwrap_key(&self.vault().master, buyer, &wrapped)?;
        let mut opened = [const { String::new() }; N];
        for (place, (field, sealed)) in opened.iter_mut().zip(texts) {
            *place = open(&key, &aad(buyer, field), sealed)?;
        }
        Ok(Some(opened))
    }

    /// Erases a buyer's key, and with it everything sealed with it.
    pub async fn erase(&self, buyer: &BuyerId) -> Result<(), Fault> {
        let buyer = buyer.clone();
        self.write(move |batch| {
            batch.database.change(
                "erasing a personal key",
                "delete from personal_keys where bucket = $1 and buyer = $2",
                (bucket_of(&buyer), buyer.as_str()),
            )?;
            Ok(())
        })
        .await
    }

    async fn wrapped_key(&self, buyer: &BuyerId) -> Result<Option<String>, Fault> {
        let buyer = buyer.clone();
        self.look(move |database| find_key(database, &buyer)).await
    }

    async fn make_key(&self, buyer: &BuyerId) -> Result<String, Fault> {
        let doing = "make a personal key";
        let mut key = [0; KEY_LEN];
        rand::fill(&mut key).map_err(|_| Fault::Cipher { doing })?;
        let wrapped = encrypt(&self.vault().master, &aad(buyer, WRAPPING), &key, doing)?;
        let wrapped = STANDARD_NO_PAD.encode(wrapped);
        let buyer = buyer.clone();
        self.write(move |batch| {
            // Two first sealings at once: the first key stays, both use it.
            batch.database.change(
                "keeping a personal key",
                "insert into personal_keys (bucket, buyer, wrapped) values ($1, $2, $3)
                     on conflict (bucket, buyer) do nothing",
                (bucket_of(&buyer), buyer.as_str(), &wrapped),
            )?;
            let kept = find_key(batch.database, &buyer)?;
            kept.ok_or_else(|| Fault::row("personal_keys", "the key just written is not there"))
        })
        .await
    }
}

fn find_key(database: &Database, buyer: &BuyerId) -> Result<Option<String>, Fault> {
    database.row(
        "looking up a personal key",
        "select wrapped from personal_keys where bucket = $1 and buyer = $2",
        (bucket_of(buyer), buyer.as_str()),
        |row| row.get(0),
    )
}

fn open(key: &RandomizedNonceKey, aad: &[u8], sealed: &Sealed) -> Result<String, Fault> {
    let doing = "open a sealed text";
    let bytes = STANDARD_NO_PAD
        .decode(&sealed.0)
        .map_err(|_| Fault::Cipher { doing })?;
    let text = decrypt(key, aad, &bytes, doing)?;
    String::from_utf8(text).map_err(|_| Fault::Cipher { doing })
}

/// The key shares the bucket of the buyer's stream.
fn bucket_of(buyer: &BuyerId) -> i64 {
    i64::from(Bucket::of(&format!("buyer-{buyer}")).number())
}

/// Ids have no colon, so no two pairs of buyer and field give the same text.
fn aad(buyer: &BuyerId, field: &str) -> Vec<u8> {
    format!("{buyer}:{field}").into_bytes()
}

fn cipher(key: &[u8], doing: &'static str) -> Result<RandomizedNonceKey, Fault> {
    RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| Fault::Cipher { doing })
}

fn unwrap_key(
    master: &RandomizedNonceKey,
    buyer: &BuyerId,
    wrapped: &str,
) -> Result<RandomizedNonceKey, Fault> {
    let doing = "unwrap a personal key";
    let bytes = STANDARD_NO_PAD
        .decode(wrapped)
        .map_err(|_| Fault::Cipher { doing })?;
    cipher(
        &decrypt(master, &aad(buyer, WRAPPING), &bytes, doing)?,
        doing,
    )
}

/// Gives the nonce, then the sealed bytes with their tag.
fn encrypt(
    key: &RandomizedNonceKey,
    aad: &[u8],
    plain: &[u8],
    doing: &'static str,
) -> Result<Vec<u8>, Fault> {
    let mut bytes = plain.to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(aad), &mut bytes)
        .map_err(|_| Fault::Cipher { doing })?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut bytes);
    Ok(sealed)
}

fn decrypt(
    key: &RandomizedNonceKey,
    aad: &[u8],
    sealed: &[u8],
    doing: &'static str,
) -> Result<Vec<u8>, Fault> {
    let refused = || Fault::Cipher { doing };
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
    let mut bytes = body.to_vec();
    let plain = key
        .open_in_place(nonce, Aad::from(aad), &mut bytes)
        .map_err(|_| refused())?;
    Ok(plain.to_vec())
}
