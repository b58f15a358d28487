//! What the database said, and whether trying again can help.

use postgres::error::SqlState;
use rusqlite::ErrorCode;

/// What the database said.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// SQLite refused.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused, or could not be reached.
    #[error("{}", words(.0))]
    Postgres(#[from] postgres::Error),
    /// A column does not hold what it should.
    #[error("column {column}: {detail}")]
    Column {
        /// The column.
        column: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The server or its certificate cannot be trusted.
    #[error("{0}")]
    Untrusted(String),
}

/// The outer error of the driver names only the step; what the server said is inside.
fn words(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        words = format!("{words}: {inner}");
        source = inner.source();
    }
    words
}

impl DatabaseError {
    /// Says whether the same transaction may well succeed when it is carried out once more.
    ///
    /// These are conflicts with other transactions (40001, 40P01, 55P03), servers that stop or
    /// start (57P01 to 57P03), lost connections (class 08), what Citus says when a worker is gone
    /// (XX000), and a file that is busy.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            DatabaseError::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            ),
            DatabaseError::Postgres(error) => match error.code() {
                Some(code) => {
                    const PASSING: [SqlState; 7] = [
                        SqlState::T_R_SERIALIZATION_FAILURE,
                        SqlState::T_R_DEADLOCK_DETECTED,
                        SqlState::LOCK_NOT_AVAILABLE,
                        SqlState::ADMIN_SHUTDOWN,
                        SqlState::CRASH_SHUTDOWN,
                        SqlState::CANNOT_CONNECT_NOW,
                        SqlState::INTERNAL_ERROR,
                    ];
                    PASSING.contains(code) || code.code().starts_with("08")
                }
                None => self.is_lost(),
            },
            DatabaseError::Column { .. } | DatabaseError::Untrusted(_) => false,
        }
    }

    /// Says whether the connection is gone, so that nobody knows how far the server came.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            DatabaseError::Postgres(error) => {
                let io = std::error::Error::source(error)
                    .is_some_and(|inner| inner.is::<std::io::Error>());
                error.is_closed() || io
            }
            _ => false,
        }
    }

    /// Says whether a commit that was answered by this may have happened all the same.
    ///
    /// A server that answers says what it did, but Citus answers XX000 when it has lost a part of
    /// a transaction that another part may carry through.
    pub(crate) fn leaves_unknown(&self) -> bool {
        match self {
            DatabaseError::Sqlite(_) => !self.is_passing(),
            DatabaseError::Postgres(error) => match error.code() {
                Some(code) => {
                    *code == SqlState::INTERNAL_ERROR
                        || ["08", "57"]
                            .iter()
                            .any(|class| code.code().starts_with(class))
                }
                None => true,
            },
            DatabaseError::Column { .. } | DatabaseError::Untrusted(_) => true,
        }
    }

    /// Says that a table or a row was made by somebody else in the same moment.
    pub(crate) fn is_made_twice(&self) -> bool {
        let DatabaseError::Postgres(error) = self else {
            return false;
        };
        error.code().is_some_and(|code| {
            [
                &SqlState::UNIQUE_VIOLATION,
                &SqlState::DUPLICATE_TABLE,
                &SqlState::DUPLICATE_OBJECT,
            ]
            .contains(&code)
        })
    }
}
