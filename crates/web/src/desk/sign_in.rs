//! Signing in with a phone number and a one-time code.
//!
//! A person is found by their number without keeping it in the clear: a hash of it, made with the
//! shop's key, is claimed by the first account, and one number is one account.

use super::Trouble;
use crate::message::{SendFault, Words};
use crate::shop::Shop;
use crate::text::Lang;
use sales::buyer::{self, Buyer};
use store::{CodeAnswer, Context, SecretHash, Session, SessionKind};

/// Why no code was sent.
#[derive(Debug, thiserror::Error)]
pub enum NoCode {
    /// The text is no phone number.
    #[error("no phone number")]
    NotAPhone,
    /// The store failed.
    #[error("the code could not be kept")]
    Store(#[from] store::Fault),
    /// The message could not be sent.
    #[error("the code could not be sent")]
    Send(#[from] SendFault),
}

/// Why a code did not sign anybody in.
#[derive(Clone, Debug, PartialEq)]
pub enum NotIn {
    /// It is not the code; so many tries are left.
    Wrong {
        /// How many.
        left: u32,
    },
    /// It is too old or used up; a new one is needed.
    Expired,
}

/// A phone number: digits with an optional plus, 6 to 15 of them (ITU-T E.164).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

const CODE_SECONDS: i64 = 5 * 60;
const SESSION_SECONDS: i64 = 30 * 24 * 60 * 60;

impl Phone {
    /// Reads a number as people write it, with spaces, dashes, dots and brackets.
    pub fn parse(text: &str) -> Option<Phone> {
        let kept: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}'))
            .collect();
        let digits = kept.strip_prefix('+').unwrap_or(&kept);
        let legal = digits.bytes().all(|byte| byte.is_ascii_digit());
        (legal && (6..=15).contains(&digits.len())).then_some(Phone(kept))
    }

    /// Gives the number as it is dialled.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Sends a fresh one-time code.
pub async fn send_code(shop: &Shop, phone: &Phone, lang: Lang) -> Result<(), NoCode> {
    let at = shop.now();
    let bytes: [u8; 8] = shop.draw();
    let code = format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000);
    let expires = at.plus_seconds(CODE_SECONDS);
    shop.store
        .keep_code(
            &phone_key(shop, phone),
            &code_key(shop, phone, &code),
            expires,
        )
        .await?;
    shop.messages
        .send(phone.as_str(), lang, &Words::Code { code })
        .await?;
    Ok(())
}

/// Signs in with a code and gives the session's token, which is kept nowhere but in the cookie.
pub async fn sign_in(
    shop: &Shop,
    phone: &Phone,
    code: &str,
    lang: Lang,
) -> Result<String, Trouble<NotIn>> {
    let at = shop.now();
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let key = phone_key(shop, phone);
    match shop
        .store
        .try_code(&key, &code_key(shop, phone, &code), at)
        .await?
    {
        CodeAnswer::Right => {}
        CodeAnswer::Wrong { left } => return Err(Trouble::No(NotIn::Wrong { left })),
        CodeAnswer::Over => return Err(Trouble::No(NotIn::Expired)),
    }
    let buyer = shop.store.claim_phone(&key, &shop.mint_buyer()).await?;
    let sealed = shop.store.seal(&buyer, "phone", phone.as_str()).await?;
    let register = buyer::Command::Register {
        phone: sealed,
        language: lang.into(),
    };
    let choose = buyer::Command::ChooseLanguage {
        language: lang.into(),
    };
    for command in [register, choose] {
        let told = shop
            .store
            .execute::<Buyer>(&buyer, command, Context::at(at))
            .await;
        told.map_err(|failure| Trouble::of(failure, |_| NotIn::Expired))?;
    }
    Ok(open_session(shop, SessionKind::Buyer, buyer.as_str()).await?)
}

/// Opens a session and gives its token.
pub async fn open_session(
    shop: &Shop,
    kind: SessionKind,
    subject: &str,
) -> Result<String, store::Fault> {
    let bytes: [u8; 32] = shop.draw();
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let now = shop.now();
    let session = Session {
        kind,
        subject: subject.to_owned(),
        created: now,
        last_seen: now,
        expires: now.plus_seconds(SESSION_SECONDS),
    };
    shop.store
        .begin_session(&token_key(&token), session)
        .await?;
    Ok(token)
}

/// Gives what a token is kept as: only its hash is stored.
pub fn token_key(token: &str) -> SecretHash {
    SecretHash(super::offer::hash(token))
}

fn phone_key(shop: &Shop, phone: &Phone) -> SecretHash {
    SecretHash(shop.secret.hex("phone", phone.as_str()))
}

fn code_key(shop: &Shop, phone: &Phone, code: &str) -> SecretHash {
    SecretHash(
        shop.secret
            .hex("code", &format!("{} {code}", phone.as_str())),
    )
}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for text in ["138 0000 0001", "+65 9123-4567", "(024) 3.123.456"] {
            assert!(Phone::parse(text).is_some(), "{text}");
        }
        for text in ["", "12345", "+1234567890123456", "hello", "138 000O 0001"] {
            assert!(Phone::parse(text).is_none(), "{text}");
        }
    }
}
