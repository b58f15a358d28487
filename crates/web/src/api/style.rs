//! Body styles and drives, as programs name them.

use sales::listing::{Body, Drivetrain};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body styles.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Body)]
pub(super) enum BodyStyle {
    Sedan,
    Coupe,
    Suv,
    Hatchback,
    Estate,
    Roadster,
    Supercar,
    Limousine,
    Pickup,
    Van,
}

/// What drives the wheels; a hybrid is charged by driving, a plugin at a socket.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Drivetrain)]
pub(super) enum DriveKind {
    Petrol,
    Diesel,
    Hybrid,
    Plugin,
    Electric,
}

impl BodyStyle {
    /// Names it.
    pub(super) fn of(body: Body) -> BodyStyle {
        match body {
            Body::Sedan => BodyStyle::Sedan,
            Body::Coupe => BodyStyle::Coupe,
            Body::Suv => BodyStyle::Suv,
            Body::Hatchback => BodyStyle::Hatchback,
            Body::Estate => BodyStyle::Estate,
            Body::Roadster => BodyStyle::Roadster,
            Body::Supercar => BodyStyle::Supercar,
            Body::Limousine => BodyStyle::Limousine,
            Body::Pickup => BodyStyle::Pickup,
            Body::Van => BodyStyle::Van,
        }
    }

    /// Gives what the name stands for.
    pub(super) fn body(self) -> Body {
        match self {
            BodyStyle::Sedan => Body::Sedan,
            BodyStyle::Coupe => Body::Coupe,
            BodyStyle::Suv => Body::Suv,
            BodyStyle::Hatchback => Body::Hatchback,
            BodyStyle::Estate => Body::Estate,
            BodyStyle::Roadster => Body::Roadster,
            BodyStyle::Supercar => Body::Supercar,
            BodyStyle::Limousine => Body::Limousine,
            BodyStyle::Pickup => Body::Pickup,
            BodyStyle::Van => Body::Van,
        }
    }
}

impl DriveKind {
    /// Names it.
    pub(super) fn of(drivetrain: Drivetrain) -> DriveKind {
        match drivetrain {
            Drivetrain::Petrol => DriveKind::Petrol,
            Drivetrain::Diesel => DriveKind::Diesel,
            Drivetrain::Hybrid => DriveKind::Hybrid,
            Drivetrain::Plugin => DriveKind::Plugin,
            Drivetrain::Electric => DriveKind::Electric,
        }
    }
}
