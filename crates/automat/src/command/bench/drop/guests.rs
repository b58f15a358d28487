//! People who are signed in and have said who they are, as they would be before a drop.
//!
//! They are made through the shop's own parts, without the pages: an account, sealed data, a
//! session. What is measured begins when they ask for a car.

use anyhow::{Context as _, anyhow};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::DropId;
use sales::buyer::{Buyer, Command, Identity, Language};
use sales::drop::PersonKey;
use store::{Context, SessionKind};
use web::desk::drop::person_key;
use web::desk::sign_in::open_session;
use web::shop::Shop;

/// Somebody who wants a car.
pub(super) struct Guest {
    /// What a request of theirs carries.
    pub(super) bearer: String,
    /// What the drop knows them by.
    pub(super) person: PersonKey,
}

const AT_ONCE: usize = 256;

/// Makes so many guests of a drop.
pub(super) async fn invite(shop: &Shop, drop: &DropId, count: u32) -> anyhow::Result<Vec<Guest>> {
    let made = stream::iter(0..count).map(|number| guest(shop, drop, number));
    made.buffered(AT_ONCE).try_collect().await
}

async fn guest(shop: &Shop, drop: &DropId, number: u32) -> anyhow::Result<Guest> {
    let buyer = shop.mint_buyer();
    let document = format!("9901011990{number:08}");
    let phone = format!("+86139{number:08}");
    let register = Command::Register {
        phone: shop.store.seal(&buyer, "phone", &phone).await?,
        language: Language::Zh,
    };
    let identify = Command::Identify {
        identity: Identity {
            name: shop.store.seal(&buyer, "name", "Minh 明").await?,
            number: shop.store.seal(&buyer, "number", &document).await?,
        },
    };
    for command in [register, identify] {
        let at = Context::at(shop.now());
        let told = shop.store.execute::<Buyer>(&buyer, command, at).await;
        told.map_err(|failure| anyhow!("{buyer}: {failure:?}"))?;
    }
    let token = open_session(shop, SessionKind::Buyer, buyer.as_str());
    let token = token.await.context("a session")?;
    Ok(Guest {
        bearer: format!("Bearer {token}"),
        person: person_key(shop, drop, &document),
    })
}
