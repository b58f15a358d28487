//! A drop that is open or comes soon, told of on the tower's pages.

use crate::drop::{Brief, Stage, latest};
use crate::layout::Page;
use crate::problem::Problem;
use crate::shop::Shop;
use kernel::Moment;

/// What is told.
pub(in crate::storefront) struct Banner {
    pub(in crate::storefront) words: String,
    pub(in crate::storefront) drop: Brief,
}

/// A drop is told of this long before its opening.
const NEAR_SECONDS: i64 = 7 * 24 * 60 * 60;
/// Among so many that open last stands the one that is near.
const LOOKED_AT: usize = 8;

/// Finds the drop to tell of: one that is open and has cars, else the next that opens.
pub(in crate::storefront) async fn banner(
    shop: &Shop,
    page: &Page,
) -> Result<Option<Banner>, Problem> {
    let t = page.t;
    let sights = latest(shop, LOOKED_AT).await?;
    let open = |stage: Stage| matches!(stage, Stage::Open | Stage::Drawing | Stage::SoldOut);
    let near = |at: Moment| at.millis_since(page.now) < NEAR_SECONDS * 1_000;
    let soon = |stage: Stage| matches!(stage, Stage::Later | Stage::Entering);
    // The list begins with what opens last, so the next to open stands at its end.
    let mut later = sights.iter().rev();
    let chosen = sights.iter().find(|sight| open(sight.stage())).or_else(|| {
        later.find(|sight| soon(sight.stage()) && near(sight.book().announcement().opens_at))
    });
    Ok(chosen.map(|sight| {
        let name = sight.name(t.lang());
        let opens_at = sight.book().announcement().opens_at;
        let words = match open(sight.stage()) {
            true => t.with("drop-banner-open", &[("name", &name)]),
            false => {
                let moment = t.moment(opens_at, &crate::drop::zone(shop));
                t.with(
                    "drop-banner-coming",
                    &[("name", &name), ("moment", &moment)],
                )
            }
        };
        let drop = sight.brief(shop, page, "/drops");
        Banner { words, drop }
    }))
}
