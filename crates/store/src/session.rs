//! Who is signed in.
//!
//! A token comes in as a hash made where it is read, so that what is stored cannot be replayed.

use crate::columns::moment;
use crate::database::Database;
use crate::fault::Fault;
use crate::secret::SecretHash;
use crate::store::Store;
use kernel::Moment;

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

impl Store {
    /// Begins a session under the hash of its token.
    pub async fn begin_session(&self, token: &SecretHash, session: Session) -> Result<(), Fault> {
        let token = token.clone();
        self.write(move |batch| {
            batch.database.change(
                "beginning a session",
                "insert into sessions
                     (bucket, token_hash, kind, subject, created, last_seen, expires)
                     values ($1, $2, $3, $4, $5, $6, $7)",
                (
                    token.bucket(),
                    &token.0,
                    session.kind.as_str(),
                    &session.subject,
                    session.created.micros(),
                    session.last_seen.micros(),
                    session.expires.micros(),
                ),
            )?;
            Ok(())
        })
        .await
    }

    /// Finds a session that has not ended.
    pub async fn session(&self, token: &SecretHash, now: Moment) -> Result<Option<Session>, Fault> {
        let token = token.clone();
        self.look(move |database| find_session(database, &token, now))
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
            "update sessions set last_seen = $3, expires = $4
             where bucket = $1 and token_hash = $2",
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
            "delete from sessions where bucket = $1 and token_hash = $2",
            move || (token.bucket(), token.0.clone()),
        )
        .await
    }

    /// Ends every session of a subject, as when a buyer is forgotten or a password changed.
    pub async fn end_sessions_of(&self, kind: SessionKind, subject: &str) -> Result<(), Fault> {
        let subject = subject.to_owned();
        self.change(
            "ending sessions",
            "delete from sessions where bucket between 0 and 255 and kind = $1 and subject = $2",
            move || (kind.as_str(), subject.clone()),
        )
        .await
    }

    /// Forgets sessions and codes whose time is over.
    pub async fn sweep_sessions(&self, now: Moment) -> Result<(), Fault> {
        self.change(
            "sweeping sessions",
            "delete from sessions where bucket between 0 and 255 and expires <= $1",
            move || (now.micros(),),
        )
        .await?;
        self.change(
            "sweeping codes",
            "delete from codes where bucket between 0 and 255 and expires <= $1",
            move || (now.micros(),),
        )
        .await
    }
}

fn find_session(
    database: &Database,
    token: &SecretHash,
    now: Moment,
) -> Result<Option<Session>, Fault> {
    let doing = "looking up a session";
    let by = (token.bucket(), &token.0, now.micros());
    database.row(
        doing,
        "select kind, subject, created, last_seen, expires from sessions
             where bucket = $1 and token_hash = $2 and expires > $3",
        by,
        |row| {
            Ok(Session {
                kind: SessionKind::parse(&row.get::<String>("kind")?)?,
                subject: row.get("subject")?,
                created: moment(row, "created")?,
                last_seen: moment(row, "last_seen")?,
                expires: moment(row, "expires")?,
            })
        },
    )
}
