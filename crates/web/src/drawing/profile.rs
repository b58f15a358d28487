//! The outline of each body style, as points in the frame of [`super::curve::Node`].
//!
//! Along the car 0 is the nose, 1 the front axle, 2 the rear axle, 3 the tail; above the ground 0
//! is the street and 1 the roof. So one outline fits every length, height and wheelbase, and the
//! wheels always stand where they belong. Outlines run from the bottom of the nose over the roof
//! to the bottom of the tail; the underside with its wheel arches is added by the drawing.

// Points stand several to a line, as they are read; a formatter would give each its own.
#[rustfmt::skip]
mod low; // cars one looks over
#[rustfmt::skip]
mod tall; // cars one looks up to

use super::curve::Node;
use sales::listing::Body;

/// What is drawn for a body style.
pub(super) struct Profile {
    /// Share of both overhangs that lies before the front axle.
    pub(super) front: f32,
    /// Wheel diameter as a share of the height.
    pub(super) wheel: f32,
    /// Height of the underside between the wheels.
    pub(super) sill: f32,
    /// Height of the line under the windows at its front and rear end.
    pub(super) belt: (f32, f32),
    /// From the bottom of the nose to the bottom of the tail.
    pub(super) outline: &'static [Node],
    /// The side windows, as one closed shape.
    pub(super) glass: &'static [Node],
    /// Windscreen and rear window, seen almost from their edge.
    pub(super) screens: &'static [&'static [Node]],
    /// Bars between the side windows: foot, head, and thickness in centimetres.
    pub(super) pillars: &'static [(f32, f32, f32)],
    /// Gaps around doors, bonnet and tailgate.
    pub(super) gaps: &'static [&'static [Node]],
    /// Door handles.
    pub(super) handles: &'static [(f32, f32)],
    /// The foot of the mirror.
    pub(super) mirror: (f32, f32),
    /// The front lamp.
    pub(super) lamp: &'static [Node],
    /// The rear lamp.
    pub(super) tail_lamp: &'static [Node],
    /// Dark parts: intakes, bed, cladding.
    pub(super) dark: &'static [&'static [Node]],
    /// Bright lines: roof rails, coach line, chrome.
    pub(super) bright: &'static [&'static [Node]],
    /// Seats and what else stands behind the body.
    pub(super) behind: &'static [&'static [Node]],
    /// The pattern of the rims.
    pub(super) rim: Rim,
}

/// The pattern of a rim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rim {
    /// Five double spokes.
    Twin,
    /// Ten slim spokes.
    Ten,
    /// Five broad spokes.
    Broad,
    /// A closed disc with slots.
    Disc,
}

/// Gives what is drawn for a body style.
pub(super) fn of(body: Body) -> &'static Profile {
    match body {
        Body::Sedan => &low::SEDAN,
        Body::Coupe => &low::COUPE,
        Body::Suv => &tall::SUV,
        Body::Hatchback => &low::HATCHBACK,
        Body::Estate => &low::ESTATE,
        Body::Roadster => &low::ROADSTER,
        Body::Supercar => &low::SUPERCAR,
        Body::Limousine => &low::LIMOUSINE,
        Body::Pickup => &tall::PICKUP,
        Body::Van => &tall::VAN,
    }
}
