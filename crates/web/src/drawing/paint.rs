//! Shades of one paint: where light falls, where it does not, and the line between.

/// A colour as red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paint([f32; 3]);

/// The paint of a car whose colour cannot be read: the grey of a car under a cover.
const COVERED: Paint = Paint([128.0, 134.0, 144.0]);

impl Paint {
    /// Reads `#rrggbb`.
    pub(super) fn parse(text: &str) -> Paint {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.is_ascii());
        let channel = |from: usize| {
            let pair = digits.map(|digits| &digits[from..from + 2]);
            pair.and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .map(f32::from)
        };
        match (channel(0), channel(2), channel(4)) {
            (Some(red), Some(green), Some(blue)) => Paint([red, green, blue]),
            _ => COVERED,
        }
    }

    /// Mixes with white: 0 keeps the paint, 1 is white.
    pub(super) fn lit(self, share: f32) -> String {
        self.mixed([255.0, 255.0, 255.0], share)
    }

    /// Mixes with the colour of night: 0 keeps the paint, 1 is nearly black.
    pub(super) fn shaded(self, share: f32) -> String {
        self.mixed([8.0, 11.0, 20.0], share)
    }

    /// Gives the paint itself.
    pub(super) fn plain(self) -> String {
        self.lit(0.0)
    }

    /// Gives how bright the paint looks, 0 to 1.
    pub(super) fn brightness(self) -> f32 {
        (self.0[0] * 0.299 + self.0[1] * 0.587 + self.0[2] * 0.114) / 255.0
    }

    fn mixed(self, other: [f32; 3], share: f32) -> String {
        let channel = |index: usize| {
            let mixed = self.0[index] + (other[index] - self.0[index]) * share.clamp(0.0, 1.0);
            mixed.round() as u8
        };
        format!("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_stay_between_the_paint_and_the_light() {
        let red = Paint::parse("#b00020");
        assert_eq!(red.plain(), "#b00020");
        assert_eq!(red.lit(1.0), "#ffffff");
        assert!(red.brightness() < 0.3);
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_the_grey_of_a_covered_car() {
        assert_eq!(Paint::parse("red"), COVERED);
        assert_eq!(Paint::parse("#12345é"), COVERED);
    }
}
