//! Taking the car at the tower, at the screen beside the bay.

use super::person::Person;

impl Person {
    /// Types the pick-up code, looks into the bay, has it opened, accepts the car and drives out.
    pub(crate) async fn take_the_car(&mut self, code: &str) {
        self.go("/kiosk").await;
        self.find("a[href$='/kiosk/pick-up']").await;
        self.screen("start").await;
        self.tap("main a[href$='/kiosk/pick-up']").await;
        self.write("#code", code).await;
        self.screen("pick-up").await;
        self.tap("form[action$='/kiosk/pick-up'] button.button")
            .await;
        self.find("#k-visit").await;
        self.await_change("form[action$='/open'] button").await;
        self.screen("look-inside").await;
        self.tick("form[action$='/open'] input[name=empty]").await;
        self.tap("form[action$='/open'] button").await;
        self.await_change("form[action$='/accept'] button").await;
        self.screen("look-at-car").await;
        self.tap("form[action$='/accept'] button").await;
        self.await_heading("kiosk-drive-title").await;
        self.screen("drive-out").await;
        self.tap("form[action$='/drive-out'] button").await;
        self.await_heading("kiosk-yours-title").await;
        self.screen("yours").await;
    }
}
