//! One-time codes, and which buyer a phone number belongs to.
//!
//! Codes and phone numbers come in as hashes. A code is spent by the first right answer and by the
//! fifth wrong one. A phone number is claimed in the bucket of its own hash, so that two buyers
//! cannot both have it.

use crate::database::Database;
use crate::fault::Fault;
use crate::secret::SecretHash;
use crate::store::Store;
use kernel::{BuyerId, Moment};

/// How many wrong answers a one-time code bears.
pub const CODE_TRIES: u32 = 5;

/// What came of a one-time code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// It was right and is now spent.
    Right,
    /// It was wrong.
    Wrong {
        /// How many more tries it bears.
        left: u32,
    },
    /// There is none, or its time or its tries are over.
    Over,
}

impl Store {
    /// Keeps a one-time code for a phone, in place of the one before.
    pub async fn keep_code(
        &self,
        phone: &SecretHash,
        code: &SecretHash,
        expires: Moment,
    ) -> Result<(), Fault> {
        let (phone, code) = (phone.clone(), code.clone());
        self.change(
            "keeping a one-time code",
            "insert into codes (bucket, phone_hash, code_hash, tries, expires)
             values ($1, $2, $3, 0, $4)
             on conflict (bucket, phone_hash) do update
             set code_hash = excluded.code_hash, tries = 0, expires = excluded.expires",
            move || {
                (
                    phone.bucket(),
                    phone.0.clone(),
                    code.0.clone(),
                    expires.micros(),
                )
            },
        )
        .await
    }

    /// Tries a one-time code; a right one is spent, a wrong one is counted.
    pub async fn try_code(
        &self,
        phone: &SecretHash,
        code: &SecretHash,
        now: Moment,
    ) -> Result<CodeAnswer, Fault> {
        let (phone, code) = (phone.clone(), code.clone());
        self.write(move |batch| answer_code(batch.database, &phone, &code, now))
            .await
    }

    /// Claims a phone number for a buyer and gives whose it is, the earlier claim winning.
    pub async fn claim_phone(&self, phone: &SecretHash, buyer: &BuyerId) -> Result<BuyerId, Fault> {
        let (phone, buyer) = (phone.clone(), buyer.clone());
        self.write(move |batch| {
            batch.database.change(
                "claiming a phone number",
                "insert into phones (bucket, phone_hash, buyer) values ($1, $2, $3)
                     on conflict (bucket, phone_hash) do nothing",
                (phone.bucket(), &phone.0, buyer.as_str()),
            )?;
            let owner = phone_owner(batch.database, &phone)?;
            owner.ok_or_else(|| Fault::row("phones", "the claim just written is not there"))
        })
        .await
    }

    /// Finds whose phone number it is.
    pub async fn buyer_of_phone(&self, phone: &SecretHash) -> Result<Option<BuyerId>, Fault> {
        let phone = phone.clone();
        self.look(move |database| phone_owner(database, &phone))
            .await
    }

    /// Frees every phone number of a buyer who is forgotten.
    pub async fn free_phones(&self, buyer: &BuyerId) -> Result<(), Fault> {
        let buyer = buyer.clone();
        self.change(
            "freeing phone numbers",
            "delete from phones where bucket between 0 and 255 and buyer = $1",
            move || (buyer.as_str().to_owned(),),
        )
        .await
    }
}

fn phone_owner(database: &Database, phone: &SecretHash) -> Result<Option<BuyerId>, Fault> {
    let found: Option<String> = database.row(
        "looking up a phone number",
        "select buyer from phones where bucket = $1 and phone_hash = $2",
        (phone.bucket(), &phone.0),
        |row| row.get(0),
    )?;
    let buyer = found.map(|text| BuyerId::parse(&text)).transpose();
    buyer.map_err(|error| Fault::row("phones", error))
}

fn answer_code(
    database: &Database,
    phone: &SecretHash,
    code: &SecretHash,
    now: Moment,
) -> Result<CodeAnswer, Fault> {
    let doing = "trying a one-time code";
    let by = (phone.bucket(), &phone.0);
    let row = (by.0, by.1, now.micros(), i64::from(CODE_TRIES));
    let counted: Option<(String, i64)> = database.row(
        doing,
        "update codes set tries = tries + 1
             where bucket = $1 and phone_hash = $2 and expires > $3 and tries < $4
             returning code_hash, tries",
        row,
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((kept, tries)) = counted else {
        return Ok(CodeAnswer::Over);
    };
    let right =
        aws_lc_rs::constant_time::verify_slices_are_equal(kept.as_bytes(), code.0.as_bytes());
    if right.is_err() {
        return Ok(CodeAnswer::Wrong {
            left: CODE_TRIES - tries as u32,
        });
    }
    database.change(
        doing,
        "delete from codes where bucket = $1 and phone_hash = $2",
        by,
    )?;
    Ok(CodeAnswer::Right)
}
