//! What a car is and costs, as the catalogue lists it.

use kernel::{Money, Vin};
use serde::{Deserialize, Serialize};

/// One car of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// The car's identity.
    pub vin: Vin,
    /// The marque, such as `Maserati`.
    pub make: String,
    /// The model and version, such as `Levante GT`.
    pub model: String,
    /// The model year.
    pub year: u16,
    /// The body style, which also chooses the drawing.
    pub body: Body,
    /// The paint's name as the maker gives it.
    pub colour_name: String,
    /// The paint as `#rrggbb`, for the drawing.
    pub colour: String,
    /// What drives it.
    pub drivetrain: Drivetrain,
    /// Outer size and mass.
    pub size: Size,
    /// Distance between the axles in millimetres, for the drawing.
    pub wheelbase_mm: u32,
    /// Odometer reading in kilometres.
    pub mileage_km: u32,
    /// The whole price, taxes included.
    pub price: Money,
    /// A photo to show instead of the drawing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_url: Option<String>,
}

/// Outer dimensions in millimetres and kerb mass in kilograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Length in millimetres.
    pub length_mm: u32,
    /// Width without mirrors in millimetres.
    pub width_mm: u32,
    /// Height in millimetres.
    pub height_mm: u32,
    /// Kerb mass in kilograms.
    pub mass_kg: u32,
}

/// Body styles, each with its own drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// A saloon with a boot.
    Sedan,
    /// Two doors and a sloping roof.
    Coupe,
    /// A sport utility vehicle.
    Suv,
    /// A short car with a rear door.
    Hatchback,
    /// A long roof over the luggage.
    Estate,
    /// Two seats and no fixed roof.
    Roadster,
    /// A mid-engined wedge.
    Supercar,
    /// A long saloon with a chauffeur's distance.
    Limousine,
    /// A cab and a bed.
    Pickup,
    /// A people carrier.
    Van,
}

/// What drives the wheels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Drivetrain {
    /// A petrol engine.
    Petrol,
    /// A diesel engine.
    Diesel,
    /// Engine and motor, charged by driving.
    Hybrid,
    /// Engine and motor, charged at a socket.
    Plugin,
    /// Motors alone.
    Electric,
}
