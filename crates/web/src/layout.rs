//! The frame around every page: head, header, language switch, footer.
//!
//! A page's template extends `layout/page.html` and its struct holds a [`Page`] named `page`. The
//! frame needs no inline script and no inline style, so the content security policy allows none.

use crate::text::{Lang, Text};
use crate::visitor::Visitor;
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kernel::Moment;
use store::SessionKind;

/// Who reads the page, which chooses header, density and size of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chrome {
    /// A buyer's phone or computer.
    Storefront,
    /// The screen at the tower.
    Kiosk,
    /// The staff.
    Console,
}

/// What the frame needs to know of a page.
#[derive(Clone)]
pub struct Page {
    /// The words.
    pub t: Text,
    /// The title, without the brand.
    pub title: String,
    /// The address after the language, with its query: `/cars/WBA...?months=36`.
    pub path: String,
    /// Who reads it.
    pub chrome: Chrome,
    /// The server's time at which the page was made; countdowns and the lift start from it.
    pub now: Moment,
    /// The address of a stream of server-sent events that keeps the page fresh.
    pub live: Option<String>,
    /// Whether the title says that the form has errors.
    pub has_errors: bool,
    /// Whether the top of the page is the night around the tower.
    pub night: bool,
    /// What a page of the shop needs while it is shown on the screen at the tower.
    pub screen: Option<Screen>,
}

/// How the screen at the tower is cleared after a visitor who went on to the shop's own pages.
#[derive(Clone)]
pub struct Screen {
    /// The tag of the form that clears it.
    pub token: String,
    /// The page that asks whether anybody is still there.
    pub idle: String,
    /// After how many seconds without a touch it asks.
    pub seconds: u32,
}

/// Reading an offer or a contract takes longer than choosing a car.
const READING_SECONDS: u32 = 120;

impl Page {
    /// Makes a storefront page; the other fields are changed with the methods below.
    pub fn new(lang: Lang, title: impl Into<String>, path: impl Into<String>, now: Moment) -> Page {
        Page {
            t: Text::of(lang),
            title: title.into(),
            path: path.into(),
            chrome: Chrome::Storefront,
            now,
            live: None,
            has_errors: false,
            night: false,
            screen: None,
        }
    }

    /// Makes a page of the shop for whoever looks at it, at home or at the screen of the tower.
    pub fn of(
        visitor: &Visitor,
        title: impl Into<String>,
        path: impl Into<String>,
        now: Moment,
    ) -> Page {
        let page = Page::new(visitor.lang, title, path, now);
        let kind = visitor.session.as_ref().map(|session| session.kind);
        if kind != Some(SessionKind::Kiosk) {
            return page;
        }
        let from = serde_urlencoded::to_string([("from", page.path.as_str())]);
        let from = from.expect("a path is plain text");
        let screen = Screen {
            token: visitor.form_token.clone(),
            idle: page.link(&format!("/kiosk/still-here?{from}")),
            seconds: READING_SECONDS,
        };
        Page {
            chrome: Chrome::Kiosk,
            screen: Some(screen),
            ..page
        }
    }

    /// Sets who reads it.
    pub fn chrome(self, chrome: Chrome) -> Page {
        Page { chrome, ..self }
    }

    /// Keeps the page fresh from a stream of events.
    pub fn live(self, address: impl Into<String>) -> Page {
        Page {
            live: Some(address.into()),
            ..self
        }
    }

    /// Says in the title that the form has errors.
    pub fn with_errors(self) -> Page {
        Page {
            has_errors: true,
            ..self
        }
    }

    /// Puts the header on the night around the tower.
    pub fn night(self) -> Page {
        Page {
            night: true,
            ..self
        }
    }

    /// Gives an address in the page's language: `link("/cars")` is `/vi/cars`.
    pub fn link(&self, path: &str) -> String {
        format!("/{}{path}", self.t.lang().prefix())
    }

    /// Gives the page the brand leads to.
    pub fn home(&self) -> String {
        self.link(if self.is_kiosk() { "/kiosk" } else { "/" })
    }

    /// Gives this page's address in another language.
    pub fn in_language(&self, lang: &Lang) -> String {
        format!("/{}{}", lang.prefix(), self.path)
    }

    /// Gives the address of an asset.
    pub fn asset(&self, name: &str) -> &'static str {
        crate::assets::path(name)
    }

    /// Gives the class of the body element.
    pub fn class(&self) -> &'static str {
        match (self.chrome, self.night) {
            (Chrome::Storefront, false) => "storefront",
            (Chrome::Storefront, true) => "storefront night",
            (Chrome::Kiosk, _) => "kiosk night",
            (Chrome::Console, _) => "console",
        }
    }

    /// Tells whether the page is the kiosk's.
    pub fn is_kiosk(&self) -> bool {
        self.chrome == Chrome::Kiosk
    }

    /// Tells whether the page is the console's.
    pub fn is_console(&self) -> bool {
        self.chrome == Chrome::Console
    }
}

/// Answers with a template's HTML, not to be kept by any cache.
pub fn html(template: &impl Template) -> Response {
    html_with(StatusCode::OK, template)
}

/// Answers with a template's HTML and a status.
pub fn html_with(status: StatusCode, template: &impl Template) -> Response {
    // Writing to memory cannot fail, and our templates call nothing else that can.
    let body = template.render().expect("a template writes to memory");
    (status, [(header::CACHE_CONTROL, "no-store")], Html(body)).into_response()
}

/// Writes the content security policy of every page.
///
/// `form_targets` are the origins a form may be led on to after its answer, such as the wallet's
/// cashier: browsers apply `form-action` to redirects too.
pub fn content_security_policy(form_targets: &[&str]) -> String {
    let mut policy = String::from(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; \
         connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self'",
    );
    for target in form_targets {
        policy.push(' ');
        policy.push_str(target);
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Template)]
    #[template(
        ext = "html",
        source = r#"{% extends "layout/page.html" %}{% block main %}<p>x</p>{% endblock %}"#
    )]
    struct Plain {
        page: Page,
    }

    fn render(page: Page) -> String {
        Plain { page }.render().expect("the frame renders")
    }

    #[test]
    fn the_language_switch_keeps_the_page() {
        let page = Page::new(Lang::Vi, "Xe", "/cars/X?months=36", Moment::default());
        let html = render(page);
        assert!(html.contains(r#"<html lang="vi""#));
        assert!(html.contains("/zh/cars/X?months=36"));
        assert!(html.contains("/en/cars/X?months=36"));
    }

    #[test]
    fn the_frame_needs_no_inline_script_or_style() {
        for chrome in [Chrome::Storefront, Chrome::Kiosk, Chrome::Console] {
            let page = Page::new(Lang::En, "Cars", "/cars", Moment::default()).chrome(chrome);
            let html = render(page.live("/en/live"));
            assert!(!html.contains(" style=") && !html.contains("<style"));
            assert!(!html.contains("<script>") && !html.contains(" onclick"));
        }
    }

    #[test]
    fn a_title_says_first_that_the_form_has_errors() {
        let page = Page::new(Lang::En, "Cars", "/cars", Moment::default()).with_errors();
        assert!(render(page).contains("<title>Error: Cars"));
    }

    #[test]
    fn the_policy_lets_a_payment_form_go_on_to_the_cashier() {
        let policy = content_security_policy(&["https://cashier.example"]);
        assert!(policy.ends_with("form-action 'self' https://cashier.example"));
    }
}
