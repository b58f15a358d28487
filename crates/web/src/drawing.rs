//! Pictures drawn by us from facts: cars from their measures and paint, the tower from its machine.
//!
//! Outlines are data in Rust, markup is in `templates/drawing/`, colours that belong to the look
//! are custom properties in `assets/style.css`. A drawing is finished markup that a template shows
//! as it is: `{{ picture }}`.

pub mod car; // a car from the side
pub mod tower; // the façade with its slots, lift and bays
pub mod machine; // a whole machine to scale, for its planners
pub mod sell_through; // how a drop sold
mod curve; // smooth lines through points
mod paint; // shades of one colour
mod profile; // the outline of each body style

use std::fmt;

/// Finished markup, made by our own templates and shown without escaping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing(String);

impl Drawing {
    fn of(template: &impl askama::Template) -> Drawing {
        Drawing(template.render().expect("a template writes to memory"))
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Drawing {}
