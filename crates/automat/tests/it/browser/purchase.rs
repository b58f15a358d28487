//! Buying a car on a phone, from the lit tower to the pick-up code.

use super::person::{Effort, Person};

/// Whoever buys.
#[derive(Clone, Copy)]
pub(crate) struct Identity {
    pub(crate) phone: &'static str,
    pub(crate) name: &'static str,
    /// Number of the identity document; the credit provider knows some by heart.
    pub(crate) number: &'static str,
}

/// What a purchase came to.
pub(crate) struct Bought {
    /// Where the order is shown.
    pub(crate) order: String,
    /// The six digits that open the bay.
    pub(crate) code: String,
    /// What was asked of the buyer from the car's page to the payment.
    pub(crate) effort: Effort,
}

/// The main button of a form whose address ends so.
fn button(action: &str) -> String {
    format!("form[action*=\"{action}\"] button.button")
}

impl Person {
    /// Waits until so many cars stand in the tower and chooses one by tapping its slot.
    pub(crate) async fn choose(&mut self, nth: usize, of: usize) {
        self.go("").await;
        self.await_count(".tower a[id^=slot-]", of).await;
        self.screen("tower").await;
        let slot = self.nth_slot(nth).await;
        self.tap(&slot).await;
        self.find(&button("/hold")).await;
    }

    /// Holds the car whose page is open, which takes a phone number and a code.
    pub(crate) async fn hold(&mut self, who: Identity) {
        self.effort = Effort::default();
        self.screen("car").await;
        self.tap(&button("/hold")).await;
        self.find("#phone").await;
        self.screen("phone").await;
        self.sign_in(who).await;
        self.find("#consent").await;
        self.screen("credit").await;
    }

    /// Types the phone number and the code that comes for it.
    pub(crate) async fn sign_in(&mut self, who: Identity) {
        self.write("#phone", who.phone).await;
        self.tap(&button("/sign-in")).await;
        self.find("#code").await;
        self.screen("code").await;
        // Looking at the inbox is a look away from the shop, not a step of the purchase.
        let before = self.effort;
        let message = self
            .read_in_a_second_tab("a[target=_blank]", ".message")
            .await;
        self.effort = before;
        self.write("#code", &six_digits(&message)).await;
        self.tap(&button("/sign-in")).await;
    }

    /// Answers the credit question.
    pub(crate) async fn ask_for_credit(&mut self, who: Identity) {
        self.write("#name", who.name).await;
        self.write("#number", who.number).await;
        self.tick("#consent").await;
        self.tap(&button("/credit")).await;
    }

    /// Reads the offer, signs and pays at the wallet; gives where the order is shown.
    pub(crate) async fn sign_and_go_to_pay(&mut self) -> String {
        self.await_change("#tick-contract").await;
        self.screen("offer").await;
        let order = self.address().await;
        self.tick("#tick-disclosure").await;
        self.tick("#tick-contract").await;
        self.tap(&button("/sign")).await;
        let pay = "form[action*=\"/pay\"] button.primary";
        self.find(pay).await;
        self.screen("cashier").await;
        self.tap(pay).await;
        order
    }

    /// Signs, pays and waits for the pick-up code.
    pub(crate) async fn sign_and_pay(&mut self) -> Bought {
        let order = self.sign_and_go_to_pay().await;
        let effort = self.effort;
        self.await_change(".code").await;
        let code = six_digits(&self.text(".code").await);
        // Held, admitted, signed, paid, at the bay: from here on the page stands still.
        self.await_count("#timeline li.done", 5).await;
        self.screen("tracking").await;
        Bought {
            order,
            code,
            effort,
        }
    }

    /// Comes back to an order after so long that the shop asks who is there.
    pub(crate) async fn come_back(&mut self, order: &str, who: Identity) {
        self.go_to(order).await;
        self.find("h1").await;
        if self.sees("#phone").await {
            self.sign_in(who).await;
            self.await_end("#code").await;
            self.go_to(order).await;
        }
    }

    async fn nth_slot(&self, nth: usize) -> String {
        let slot = format!("return document.querySelectorAll('.tower a[id^=slot-]')[{nth}].id");
        let id = self.compute(&slot).await;
        format!("#{}", id.as_str().expect("a slot has a name"))
    }
}

/// Finds six digits, which may stand in groups.
pub(crate) fn six_digits(text: &str) -> String {
    let mut digits = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            ' ' | '\n' => {}
            _ if digits.len() == 6 => return digits,
            _ => digits.clear(),
        }
    }
    assert_eq!(digits.len(), 6, "no six digits in {text}");
    digits
}
