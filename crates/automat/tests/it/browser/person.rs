//! A person in front of a browser: looks, taps, types, and waits no longer than people do.
//!
//! Everything is found by what it is on the page and tried again until the page has it, because
//! pages change under the finger. What never comes ends the test with the address, the words on the
//! page and a picture of it.

use super::chromium::{Chromium, Screen};
use super::words::Words;
use crate::demo::AUTOMAT;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde_json::Value;
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// Somebody with a browser of their own.
pub(crate) struct Person {
    browser: Chromium,
    screen: Screen,
    lang: &'static str,
    words: Words,
    english: Words,
    shop: String,
    album: PathBuf,
    pictures: Cell<u32>,
    /// What they had to do so far.
    pub(crate) effort: Effort,
}

/// What is asked of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Screens they had to deal with.
    pub(crate) screens: u32,
    /// Fields typed and boxes ticked.
    pub(crate) fields: u32,
    /// Taps on links and buttons.
    pub(crate) taps: u32,
}

/// How long anything on a page may take; the machine may be shared with other tests.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(60);
/// How often somebody without scripts asks for the page again.
const RELOAD: Duration = Duration::from_millis(500);

impl Person {
    /// Gives somebody a browser; their pictures go to the album of that name.
    pub(crate) async fn new(shop: &str, lang: &'static str, screen: Screen, album: &str) -> Person {
        let album = albums().join(album);
        // Pictures of an earlier run would be mistaken for this one's.
        let _ = fs::remove_dir_all(&album);
        fs::create_dir_all(&album).expect("the build folder can be written");
        Person {
            browser: Chromium::open(screen).await,
            screen,
            lang,
            words: Words::of(lang),
            english: Words::of("en"),
            shop: shop.to_owned(),
            album,
            pictures: Cell::new(0),
            effort: Effort::default(),
        }
    }

    /// Gives the language they read.
    pub(crate) fn lang(&self) -> &'static str {
        self.lang
    }

    /// Gives the words of their language.
    pub(crate) fn words(&self) -> &Words {
        &self.words
    }

    /// Reads another language from now on.
    pub(crate) fn read(&mut self, lang: &'static str) {
        self.lang = lang;
        self.words = Words::of(lang);
    }

    /// Goes on at a screen of another size.
    pub(crate) async fn resize(&self, screen: Screen) {
        self.browser.resize(screen).await;
    }

    /// Opens a page of the shop in their language.
    pub(crate) async fn go(&self, path: &str) {
        let address = format!("{}/{}{path}", self.shop, self.lang);
        self.go_to(&address).await;
    }

    /// Opens an address and waits until its page has come.
    pub(crate) async fn go_to(&self, address: &str) {
        let old = self.client().find(Locator::Css("html")).await;
        self.client()
            .goto(address)
            .await
            .expect("an address can be opened");
        if let Ok(old) = old {
            self.patiently(address, async || {
                Ok(old.tag_name().await.is_err().then_some(()))
            })
            .await;
        }
        self.await_whole_page().await;
    }

    /// Gives the address of the page.
    pub(crate) async fn address(&self) -> String {
        self.client()
            .current_url()
            .await
            .expect("a page has an address")
            .to_string()
    }

    /// Finds out whether something is shown now.
    pub(crate) async fn sees(&self, what: &str) -> bool {
        matches!(self.shown(what).await, Ok(Some(_)))
    }

    /// Waits until something is shown on a page that was asked for.
    pub(crate) async fn find(&self, what: &str) -> Element {
        self.patiently(what, async || self.shown(what).await).await
    }

    /// Waits until something is shown on a page that changes by itself, or when it is asked for
    /// again where there are no scripts.
    pub(crate) async fn await_change(&self, what: &str) {
        self.patiently(what, async || {
            let found = self.shown(what).await?;
            if found.is_none() && !self.screen.has_scripts {
                sleep(RELOAD).await;
                self.client().refresh().await?;
            }
            Ok(found)
        })
        .await;
    }

    /// Waits in the same way until so many of something are there, shown or not.
    pub(crate) async fn await_count(&self, what: &str, count: usize) {
        self.patiently(&format!("{count} of {what}"), async || {
            let found = self.client().find_all(Locator::Css(what)).await?.len();
            if found != count && !self.screen.has_scripts {
                sleep(RELOAD).await;
                self.client().refresh().await?;
            }
            Ok((found == count).then_some(()))
        })
        .await;
    }

    /// Waits in the same way until something is shown that does not read as it did before.
    pub(crate) async fn await_other_text(&self, what: &str, before: &str) {
        self.patiently(what, async || match self.shown(what).await? {
            Some(found) => Ok((found.text().await?.trim() != before.trim()).then_some(())),
            None => Ok(None),
        })
        .await;
    }

    /// Waits in the same way until the heading says something.
    pub(crate) async fn await_heading(&self, key: &str) {
        let heading = self.words.say(key);
        self.patiently(heading, async || {
            let found = self.shown("h1").await?;
            let said = match &found {
                Some(found) => found.text().await?,
                None => String::new(),
            };
            if said != heading && !self.screen.has_scripts {
                sleep(RELOAD).await;
                self.client().refresh().await?;
            }
            Ok((said == heading).then_some(()))
        })
        .await;
    }

    /// Waits in the same way until something says something.
    pub(crate) async fn await_text(&self, what: &str, words: &str) {
        self.patiently(&format!("{what} to say {words}"), async || {
            let Some(found) = self.shown(what).await? else {
                return Ok(None);
            };
            Ok((found.text().await?.trim() == words).then_some(()))
        })
        .await;
    }

    /// Waits until something is no longer shown.
    pub(crate) async fn await_end(&self, what: &str) {
        self.patiently(what, async || {
            let found = self.shown(what).await?;
            Ok(found.is_none().then_some(()))
        })
        .await;
    }

    /// Reads something.
    pub(crate) async fn text(&self, what: &str) -> String {
        self.patiently(what, async || match self.shown(what).await? {
            Some(found) => found.text().await.map(Some),
            None => Ok(None),
        })
        .await
    }

    /// Reads every such thing, shown or not.
    pub(crate) async fn texts(&self, what: &str) -> Vec<String> {
        self.patiently(what, async || {
            let mut texts = Vec::new();
            for found in self.client().find_all(Locator::Css(what)).await? {
                texts.push(found.prop("textContent").await?.unwrap_or_default());
            }
            Ok((!texts.is_empty()).then_some(texts))
        })
        .await
    }

    /// Computes something from the page.
    pub(crate) async fn compute(&self, script: &str) -> Value {
        self.client()
            .execute(script, Vec::new())
            .await
            .expect("a page can be computed with")
    }

    /// Demands that the browser runs no script of a page, not even the plainest.
    pub(crate) async fn demand_that_scripts_are_off(&self) {
        self.go_to("data:text/html,<title>off</title><script>document.title='on'</script>")
            .await;
        let title = self.client().title().await.expect("a page has a title");
        assert_eq!(title, "off", "a script ran");
    }

    /// Taps a link or a button.
    pub(crate) async fn tap(&mut self, what: &str) {
        self.effort.taps += 1;
        self.patiently(what, async || match self.shown(what).await? {
            Some(found) => found.click().await.map(Some),
            None => Ok(None),
        })
        .await;
    }

    /// Ticks a box.
    pub(crate) async fn tick(&mut self, what: &str) {
        self.effort.fields += 1;
        self.patiently(what, async || {
            let Some(found) = self.shown(what).await? else {
                return Ok(None);
            };
            if !found.is_selected().await? {
                found.click().await?;
            }
            Ok(found.is_selected().await?.then_some(()))
        })
        .await;
    }

    /// Types words into a field.
    pub(crate) async fn write(&mut self, what: &str, words: &str) {
        self.effort.fields += 1;
        self.patiently(what, async || {
            let Some(found) = self.shown(what).await? else {
                return Ok(None);
            };
            found.clear().await?;
            found.send_keys(words).await?;
            let written = found.prop("value").await?;
            Ok((written.as_deref() == Some(words)).then_some(()))
        })
        .await;
    }

    /// Taps a link that opens a second tab, reads something there and comes back.
    pub(crate) async fn read_in_a_second_tab(&mut self, link: &str, what: &str) -> String {
        let here = self.client().window().await.expect("a tab is in front");
        self.tap(link).await;
        let other = self
            .patiently("a second tab", async || {
                let tabs = self.client().windows().await?;
                Ok(tabs.into_iter().find(|tab| *tab != here))
            })
            .await;
        self.client()
            .switch_to_window(other)
            .await
            .expect("the tab is there");
        self.browser.resize(self.screen).await;
        let words = self.text(what).await;
        self.photograph("second-tab").await;
        self.client()
            .close_window()
            .await
            .expect("a tab can be closed");
        self.client()
            .switch_to_window(here)
            .await
            .expect("the first tab stayed");
        words
    }

    /// Deals with a screen: counts it, examines it and takes its picture.
    pub(crate) async fn screen(&mut self, name: &str) {
        self.effort.screens += 1;
        self.await_whole_page().await;
        self.photograph(name).await;
        self.examine(name).await;
    }

    async fn await_whole_page(&self) {
        self.patiently("the whole page", async || {
            let state = self
                .client()
                .execute("return document.readyState", Vec::new())
                .await?;
            Ok((state == "complete").then_some(()))
        })
        .await;
    }

    /// Takes a picture of the page.
    pub(crate) async fn photograph(&self, name: &str) -> PathBuf {
        let number = self.pictures.get() + 1;
        self.pictures.set(number);
        let file = self.album.join(format!("{number:02}-{name}.png"));
        fs::write(&file, self.browser.picture().await).expect("a picture can be written");
        file
    }

    /// Demands what every page of the shop must have.
    async fn examine(&self, name: &str) {
        if !self.address().await.starts_with(&self.shop) {
            return;
        }
        let page = self.compute(PAGE).await;
        let words = page["words"].as_str().expect("a page has words");
        let tag = if self.lang == "zh" {
            "zh-Hans"
        } else {
            self.lang
        };
        let mut wrong = Vec::new();
        if page["lang"] != tag {
            wrong.push(format!("its language is {}", page["lang"]));
        }
        if page["headings"] != 1 {
            wrong.push(format!("it has {} first headings", page["headings"]));
        }
        if page["title"]
            .as_str()
            .is_none_or(|title| title.trim().is_empty())
        {
            wrong.push("it has no title".to_owned());
        }
        if page["beyond"]
            .as_array()
            .is_none_or(|beyond| !beyond.is_empty())
        {
            wrong.push(format!("it is wider than the screen: {}", page["beyond"]));
        }
        for key in self.english.bare_keys(words) {
            wrong.push(format!("the key {key} stands on it"));
        }
        if self.lang != "en" {
            for sentence in self.english.untranslated(&self.words, words) {
                wrong.push(format!("English stands on it: {sentence}"));
            }
        }
        wrong.extend(self.browser.complaints().await);
        if !wrong.is_empty() {
            self.fail(&format!("the page {name} is wrong: {}", wrong.join("; ")))
                .await;
        }
    }

    /// Ends the test with everything that helps to see why.
    pub(crate) async fn fail(&self, why: &str) -> ! {
        let told = timeout(PATIENCE, async {
            let address = self.address().await;
            let body = match self.client().find(Locator::Css("body")).await {
                Ok(body) => body.text().await.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            let picture = self.photograph("failed").await;
            format!("at {address}\npicture {}\n{body}", picture.display())
        });
        let told = told
            .await
            .unwrap_or_else(|_| "the browser tells nothing any more".to_owned());
        panic!("{why}\n{told}");
    }

    fn client(&self) -> &Client {
        &self.browser.client
    }

    async fn shown(&self, what: &str) -> Result<Option<Element>, CmdError> {
        for found in self.client().find_all(Locator::Css(what)).await? {
            if found.is_displayed().await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn patiently<T>(
        &self,
        what: &str,
        mut step: impl AsyncFnMut() -> Result<Option<T>, CmdError>,
    ) -> T {
        let began = Instant::now();
        loop {
            let missing = match timeout(PATIENCE, step()).await {
                Ok(Ok(Some(done))) => return done,
                Ok(Ok(None)) => String::new(),
                // What stood there has just been replaced, or something still lies over it.
                Ok(Err(error)) => format!(": {error}"),
                Err(_) => panic!("the browser hangs while {what} is dealt with"),
            };
            if began.elapsed() > PATIENCE {
                self.fail(&format!("waited for {what} in vain{missing}"))
                    .await;
            }
            sleep(LOOK).await;
        }
    }
}

/// Finds the folder of all pictures: `screenshots`, beside the folders of the builds.
fn albums() -> PathBuf {
    let build = Path::new(AUTOMAT).parent().and_then(Path::parent);
    build
        .expect("the program stands in a build folder")
        .join("screenshots")
}

/// Reads of a page what is demanded of it. A part that scrolls by itself may be wider than the
/// page.
const PAGE: &str = r#"
const root = document.documentElement;
const beyond = document.scrollingElement.scrollWidth <= innerWidth ? [] :
  [...document.body.querySelectorAll("*")]
    .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
    .filter((part) => !part.closest(".scroll"))
    .slice(0, 5)
    .map((part) => [part.tagName, part.getAttribute("class"), part.textContent.slice(0, 40)])
    .map((words) => words.join(" "));
if (document.scrollingElement.scrollWidth > innerWidth && beyond.length === 0) {
  beyond.push("something");
}
const named = [...document.querySelectorAll("[aria-label],[alt],[title],[placeholder]")].flatMap(
  (part) => ["aria-label", "alt", "title", "placeholder"].map((name) => part.getAttribute(name)));
return {
  lang: root.lang,
  title: document.title,
  headings: document.querySelectorAll("h1").length,
  beyond,
  words: [document.body.innerText, document.title, ...named.filter(Boolean)].join("\n"),
};
"#;
