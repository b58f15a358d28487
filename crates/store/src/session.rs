//! Who is signed in, one-time codes, phone numbers claimed by buyers, and staff accounts.
//!
//! Tokens, codes and phone numbers come in as hashes made where they are read; what is stored
//! cannot be replayed. A code is spent by the first right answer and by the fifth wrong one.

use crate::fault::Fault;
use crate::store::Store;
use kernel::{Bucket, BuyerId, Moment};
use rusqlite::{Connection, OptionalExtension};
use std::fmt;

/// How many wrong answers a one-time code bears.
pub const CODE_TRIES: u32 = 5;

/// A hash of something secret, as text. It does not print.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretHash(pub String);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

impl SecretHash {
    fn bucket(&self) -> i64 {
        i64::from(Bucket::of(&self.0).number())
    }
}

/// What kind of visitor a session belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// A buyer on their own phone.
    Buyer,
    /// Somebody who works here.
    Staff,
    /// A buyer at the tower's own screen.
    Kiosk,
}

impl SessionKind {
    fn as_str(self) -> &'static str {
        match self {
            SessionKind::Buyer => "buyer",
            SessionKind::Staff => "staff",
            SessionKind::Kiosk => "kiosk",
        }
    }

    fn parse(text: &str) -> Result<SessionKind, Fault> {
        match text {
            "buyer" => Ok(SessionKind::Buyer),
            "staff" => Ok(SessionKind::Staff),
            "kiosk" => Ok(SessionKind::Kiosk),
            _ => Err(Fault::row(
                "sessions",
                format!("no kind of session is named {text}"),
            )),
        }
    }
}

/// One visitor signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What kind of visitor.
    pub kind: SessionKind,
    /// The buyer's id, the name of the staff member, or the kiosk's name.
    pub subject: String,
    /// When it began.
    pub created: Moment,
    /// When it was last used.
    pub last_seen: Moment,
    /// When it ends.
    pub expires: Moment,
}

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

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The name to sign in with.
    pub name: String,
    /// The argon2 hash text of the password.
    pub password_hash: SecretHash,
    /// What they may do: `operator`, `finance`, `admin`.
    pub role: String,
}

impl Store {
    /// Begins a session under the hash of its token.
    pub async fn begin_session(&self, token: &SecretHash, session: Session) -> Result<(), Fault> {
        let token = token.clone();
        self.write(move |batch| {
            batch
                .connection
                .prepare_cached(
                    "insert into sessions
                     (bucket, token_hash, kind, subject, created, last_seen, expires)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )
                .and_then(|mut statement| {
                    statement.execute((
                        token.bucket(),
                        &token.0,
                        session.kind.as_str(),
                        &session.subject,
                        session.created.micros(),
                        session.last_seen.micros(),
                        session.expires.micros(),
                    ))
                })
                .map_err(Fault::sql("beginning a session"))?;
            Ok(())
        })
        .await
    }

    /// Finds a session that has not ended.
    pub async fn session(&self, token: &SecretHash, now: Moment) -> Result<Option<Session>, Fault> {
        let token = token.clone();
        self.read(move |connection| find_session(connection, &token, now))
            .await
    }

    /// Notes that a session is used and moves its end.
    pub async fn touch_session(
        &self,
        token: &SecretHash,
        now: Moment,
        expires: Moment,
    ) -> Result<(), Fault> {
        let token = token.clone();
        self.change(
            "touching a session",
            "update sessions set last_seen = ?3, expires = ?4
             where bucket = ?1 and token_hash = ?2",
            move || {
                (
                    token.bucket(),
                    token.0.clone(),
                    now.micros(),
                    expires.micros(),
                )
            },
        )
        .await
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &SecretHash) -> Result<(), Fault> {
        let token = token.clone();
        self.change(
            "ending a session",
            "delete from sessions where bucket = ?1 and token_hash = ?2",
            move || (token.bucket(), token.0.clone()),
        )
        .await
    }

    /// Ends every session of a subject, as when a buyer is forgotten or a password changed.
    pub async fn end_sessions_of(&self, kind: SessionKind, subject: &str) -> Result<(), Fault> {
        let subject = subject.to_owned();
        self.change(
            "ending sessions",
            "delete from sessions where bucket between 0 and 255 and kind = ?1 and subject = ?2",
            move || (kind.as_str(), subject.clone()),
        )
        .await
    }

    /// Forgets sessions and codes whose time is over.
    pub async fn sweep_sessions(&self, now: Moment) -> Result<(), Fault> {
        self.change(
            "sweeping sessions",
            "delete from sessions where bucket between 0 and 255 and expires <= ?1",
            move || (now.micros(),),
        )
        .await?;
        self.change(
            "sweeping codes",
            "delete from codes where bucket between 0 and 255 and expires <= ?1",
            move || (now.micros(),),
        )
        .await
    }

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
             values (?1, ?2, ?3, 0, ?4)
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
        self.write(move |batch| answer_code(batch.connection, &phone, &code, now))
            .await
    }

    /// Claims a phone number for a buyer and gives whose it is, the earlier claim winning.
    pub async fn claim_phone(&self, phone: &SecretHash, buyer: &BuyerId) -> Result<BuyerId, Fault> {
        let (phone, buyer) = (phone.clone(), buyer.clone());
        self.write(move |batch| {
            batch
                .connection
                .prepare_cached(
                    "insert into phones (bucket, phone_hash, buyer) values (?1, ?2, ?3)
                     on conflict (bucket, phone_hash) do nothing",
                )
                .and_then(|mut statement| {
                    statement.execute((phone.bucket(), &phone.0, buyer.as_str()))
                })
                .map_err(Fault::sql("claiming a phone number"))?;
            let owner = phone_owner(batch.connection, &phone)?;
            owner.ok_or_else(|| Fault::row("phones", "the claim just written is not there"))
        })
        .await
    }

    /// Finds whose phone number it is.
    pub async fn buyer_of_phone(&self, phone: &SecretHash) -> Result<Option<BuyerId>, Fault> {
        let phone = phone.clone();
        self.read(move |connection| phone_owner(connection, &phone))
            .await
    }

    /// Frees every phone number of a buyer who is forgotten.
    pub async fn free_phones(&self, buyer: &BuyerId) -> Result<(), Fault> {
        let buyer = buyer.clone();
        self.change(
            "freeing phone numbers",
            "delete from phones where bucket between 0 and 255 and buyer = ?1",
            move || (buyer.as_str().to_owned(),),
        )
        .await
    }

    /// Makes or changes a staff account.
    pub async fn keep_staff(&self, staff: Staff, now: Moment) -> Result<(), Fault> {
        self.change(
            "keeping a staff account",
            "insert into staff (bucket, name, password_hash, role, created)
             values (?1, ?2, ?3, ?4, ?5)
             on conflict (bucket, name) do update
             set password_hash = excluded.password_hash, role = excluded.role",
            move || {
                let Staff {
                    name,
                    password_hash,
                    role,
                } = staff.clone();
                (
                    staff_bucket(&name),
                    name,
                    password_hash.0,
                    role,
                    now.micros(),
                )
            },
        )
        .await
    }

    /// Finds a staff account.
    pub async fn staff(&self, name: &str) -> Result<Option<Staff>, Fault> {
        let name = name.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "select name, password_hash, role from staff where bucket = ?1 and name = ?2",
                )
                .and_then(|mut statement| {
                    let row = statement.query_row((staff_bucket(&name), &name), |row| {
                        let password_hash = SecretHash(row.get(1)?);
                        Ok(Staff {
                            name: row.get(0)?,
                            password_hash,
                            role: row.get(2)?,
                        })
                    });
                    row.optional()
                })
                .map_err(Fault::sql("looking up a staff account"))
        })
        .await
    }

    async fn change<P: rusqlite::Params>(
        &self,
        doing: &'static str,
        statement: &'static str,
        mut parameters: impl FnMut() -> P + Send + 'static,
    ) -> Result<(), Fault> {
        self.write(move |batch| {
            batch
                .connection
                .prepare_cached(statement)
                .and_then(|mut statement| statement.execute(parameters()))
                .map_err(Fault::sql(doing))?;
            Ok(())
        })
        .await
    }
}

fn staff_bucket(name: &str) -> i64 {
    i64::from(Bucket::of(&format!("staff-{name}")).number())
}

fn find_session(
    connection: &Connection,
    token: &SecretHash,
    now: Moment,
) -> Result<Option<Session>, Fault> {
    let doing = "looking up a session";
    let row: Option<(String, String, i64, i64, i64)> = connection
        .prepare_cached(
            "select kind, subject, created, last_seen, expires from sessions
             where bucket = ?1 and token_hash = ?2 and expires > ?3",
        )
        .and_then(|mut statement| {
            let by = (token.bucket(), &token.0, now.micros());
            statement.query_row(by, |row| row.try_into()).optional()
        })
        .map_err(Fault::sql(doing))?;
    let Some((kind, subject, created, last_seen, expires)) = row else {
        return Ok(None);
    };
    Ok(Some(Session {
        kind: SessionKind::parse(&kind)?,
        subject,
        created: Moment::from_micros(created),
        last_seen: Moment::from_micros(last_seen),
        expires: Moment::from_micros(expires),
    }))
}

fn phone_owner(connection: &Connection, phone: &SecretHash) -> Result<Option<BuyerId>, Fault> {
    let found: Option<String> = connection
        .prepare_cached("select buyer from phones where bucket = ?1 and phone_hash = ?2")
        .and_then(|mut statement| {
            statement
                .query_row((phone.bucket(), &phone.0), |row| row.get(0))
                .optional()
        })
        .map_err(Fault::sql("looking up a phone number"))?;
    let buyer = found.map(|text| BuyerId::parse(&text)).transpose();
    buyer.map_err(|error| Fault::row("phones", error))
}

fn answer_code(
    connection: &Connection,
    phone: &SecretHash,
    code: &SecretHash,
    now: Moment,
) -> Result<CodeAnswer, Fault> {
    let doing = "trying a one-time code";
    let by = (phone.bucket(), &phone.0);
    let counted: Option<(String, i64)> = connection
        .prepare_cached(
            "update codes set tries = tries + 1
             where bucket = ?1 and phone_hash = ?2 and expires > ?3 and tries < ?4
             returning code_hash, tries",
        )
        .and_then(|mut statement| {
            let row = (by.0, by.1, now.micros(), i64::from(CODE_TRIES));
            statement
                .query_row(row, |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(Fault::sql(doing))?;
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
    connection
        .prepare_cached("delete from codes where bucket = ?1 and phone_hash = ?2")
        .and_then(|mut statement| statement.execute(by))
        .map_err(Fault::sql(doing))?;
    Ok(CodeAnswer::Right)
}
