//! Staff accounts. The password's hash text is made where the password is read.

use crate::fault::Fault;
use crate::secret::SecretHash;
use crate::store::Store;
use kernel::{Bucket, Moment};

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
    /// Makes or changes a staff account.
    pub async fn keep_staff(&self, staff: Staff, now: Moment) -> Result<(), Fault> {
        self.change(
            "keeping a staff account",
            "insert into staff (bucket, name, password_hash, role, created)
             values ($1, $2, $3, $4, $5)
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
        self.read(move |database| {
            database.row(
                "looking up a staff account",
                "select name, password_hash, role from staff where bucket = $1 and name = $2",
                (staff_bucket(&name), &name),
                |row| {
                    let password_hash = SecretHash(row.get(1)?);
                    Ok(Staff {
                        name: row.get(0)?,
                        password_hash,
                        role: row.get(2)?,
                    })
                },
            )
        })
        .await
    }
}

fn staff_bucket(name: &str) -> i64 {
    i64::from(Bucket::of(&format!("staff-{name}")).number())
}
