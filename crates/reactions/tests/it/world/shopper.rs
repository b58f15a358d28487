//! What people do: want a car, hesitate, pay late, pay by hand, change their minds, drive away.
//!
//! Each shopper does what the shop's pages let them do, in the order the pages do it, and any of it
//! may break off between two steps.

use super::{World, agreement_of, buyer_id, car};
use crate::shop::{tower, yuan};
use finance::agreement;
use finance::offer::{Offer, Terms};
use finance::payment::{self, Method, Purpose};
use finance::policy::{FinancePolicy, RetryCalendar, Term, UpfrontFee};
use kernel::{BuyerId, Moment, Money, OrderId, PaymentId, Rate, Vin};
use reactions::{Command, Fact, fetch_job, prepare_down_payment};
use sales::buyer::{self, Claim, Language, Sealed};
use sales::listing::{Body, Drivetrain, Listing, Size};
use sales::order::{self, OfferTerms, Plan, Sale, Stage, Visit};
use sales::vehicle;

use super::luck::Luck;

/// One person and the car they want.
pub(super) struct Shopper {
    pub(super) number: usize,
    wants: Vin,
    pub(super) plan: Plan,
    /// How many orders this person has begun, and how many they will begin at most.
    begun: usize,
    patience: usize,
    /// The orders of claims in a drop, and how often they will enter one.
    pub(super) claims: Vec<OrderId>,
    pub(super) eager: usize,
}

impl Shopper {
    pub(super) fn arrive(number: usize, cars: usize, luck: &mut Luck) -> Shopper {
        let plans = [
            Plan::IN_FULL,
            Plan {
                down: Rate::from_basis_points(1_000),
                months: 36,
            },
            Plan {
                down: Rate::from_basis_points(3_000),
                months: 12,
            },
        ];
        Shopper {
            number,
            wants: car(luck.below(cars)),
            plan: plans[luck.below(plans.len())],
            begun: 0,
            patience: 1 + luck.below(3),
            claims: vec![],
            eager: luck.below(4),
        }
    }

    fn order(&self, number: usize) -> OrderId {
        OrderId::parse(&format!("order-{}-{number}", self.number)).expect("plain letters")
    }
}

fn price() -> Money {
    yuan(100_003)
}

/// The command that begins an order of a car that is held for it.
pub(super) fn start(buyer: BuyerId, vin: Vin, plan: Plan, hold_until: Moment) -> order::Command {
    order::Command::Start {
        buyer,
        vin,
        tower: tower(),
        price: price(),
        plan,
        hold_until,
        language: Language::Zh,
    }
}

/// Computes what a plan comes to, with interest and a fee where something is lent.
fn terms(plan: Plan, start: Moment, world: &World) -> OfferTerms {
    let annual_rate = Rate::from_basis_points(650);
    let term = |months| Term {
        months,
        annual_rate,
    };
    let policy = FinancePolicy {
        terms: vec![term(12), term(36)],
        down_at_least: Rate::from_basis_points(1_000),
        down_choices: vec![Rate::from_basis_points(1_000)],
        upfront_fee: UpfrontFee::ShareOfFinanced(Rate::from_basis_points(100)),
        retries: RetryCalendar { days: vec![1, 3] },
    };
    let terms = Terms::for_plan(price(), plan.down, plan.months, &policy).expect("a plan on offer");
    let offer = Offer::make(&terms, world.rules.day(start)).expect("sums that can be made");
    OfferTerms {
        plan,
        price: terms.price,
        down_payment: terms.down_payment,
        upfront_fee: terms.upfront_fee,
        due_now: offer.due_now,
        financed: offer.financed,
        instalment: offer.instalment,
        last_instalment: offer.last_instalment,
        total: offer.total,
        annual_rate: terms.annual_rate,
        apr_percent: offer.apr_percent,
        retry_days: policy.retries.days,
        disclosure_hash: "d".repeat(64),
        contract_hash: "c".repeat(64),
    }
}

impl World {
    /// Lists a car and lets the tower store it.
    pub(super) fn deliver_car(&mut self, number: usize) {
        self.list_car(number);
        let store = vehicle::Command::Store { tower: tower() };
        assert!(self.carry_out(Command::Vehicle(car(number), store)));
    }

    /// Lists a car that is still to come.
    pub(super) fn list_car(&mut self, number: usize) {
        let listing = Listing {
            vin: car(number),
            make: "Alfa Romeo".to_owned(),
            model: "Giulia".to_owned(),
            year: 2017,
            body: Body::Sedan,
            colour_name: "Rosso Competizione".to_owned(),
            colour: "#8f1020".to_owned(),
            drivetrain: Drivetrain::Petrol,
            size: Size {
                length_mm: 4_643,
                width_mm: 1_860,
                height_mm: 1_436,
                mass_kg: 1_504,
            },
            wheelbase_mm: 2_820,
            mileage_km: 12,
            price: price(),
            photo_url: None,
        };
        let list = vehicle::Command::List { listing };
        assert!(self.carry_out(Command::Vehicle(car(number), list)));
    }

    /// Lets some person do something; gives whether anybody wanted to.
    pub(super) fn someone_acts(&mut self) -> bool {
        let first = self.luck.below(self.shoppers.len());
        let count = self.shoppers.len();
        (first..first + count)
            .any(|index| self.takes_part(index % count) || self.acts(index % count))
    }

    /// Goes on with any of one's orders, the newest first, or begins another.
    fn acts(&mut self, index: usize) -> bool {
        let shopper = &self.shoppers[index];
        let own = (1..=shopper.begun).map(|n| shopper.order(n));
        let newest = own.clone().next_back();
        let orders: Vec<OrderId> = own.chain(shopper.claims.iter().cloned()).collect();
        for id in orders.iter().rev() {
            let sale = self.order(id).cloned();
            if sale.is_some_and(|sale| self.goes_on(id, &sale)) {
                return true;
            }
        }
        let newest = newest.and_then(|id| self.order(&id));
        newest.is_none_or(|sale| sale.stage.is_over()) && self.begin(index)
    }

    /// Claim, hold, start: what breaks off between them ends by itself.
    fn begin(&mut self, index: usize) -> bool {
        let shopper = &mut self.shoppers[index];
        if shopper.begun == shopper.patience {
            return false;
        }
        shopper.begun += 1;
        let (order, vin, plan) = (
            shopper.order(shopper.begun),
            shopper.wants.clone(),
            shopper.plan,
        );
        let buyer = buyer_id(shopper.number);
        let until = self.now.plus_seconds(15 * 60);
        let claim = buyer::Command::Claim {
            claim: Claim {
                order: order.clone(),
                vin: vin.clone(),
                until,
            },
        };
        let hold = vehicle::Command::Hold {
            order: order.clone(),
            buyer: buyer.clone(),
            until,
            drop: None,
        };
        let start = start(buyer.clone(), vin.clone(), plan, until);
        self.register(&buyer);
        for command in [
            Command::Buyer(buyer, claim),
            Command::Vehicle(vin, hold),
            Command::Order(order, start),
        ] {
            if !self.carry_out(command) || self.luck.one_in(30) {
                break;
            }
        }
        true
    }

    pub(super) fn register(&mut self, buyer: &BuyerId) {
        let register = buyer::Command::Register {
            phone: Sealed("sealed".to_owned()),
            language: Language::Zh,
        };
        assert!(self.carry_out(Command::Buyer(buyer.clone(), register)));
    }

    fn goes_on(&mut self, id: &OrderId, sale: &Sale) -> bool {
        let to_order = |command| Command::Order(id.clone(), command);
        let hesitates = self.luck.one_in(8);
        let changes_mind = self.luck.one_in(25);
        let command = match &sale.stage {
            Stage::Expired | Stage::Cancelled | Stage::Refunded => {
                return self.luck.one_in(3) && self.pays_on_an_old_page(id);
            }
            Stage::HandedOver => return self.settles_by_hand(id),
            Stage::PaidLate | Stage::Paid | Stage::Fetching { .. } | Stage::Refunding { .. } => {
                return self.luck.one_in(3) && self.pays_on_an_old_page(id);
            }
            Stage::AskingCredit => return false,
            Stage::Paying => return self.at_the_wallet(id, sale),
            Stage::AtBay { visit, .. } => return self.at_the_bay(id, *visit),
            _ if hesitates => return self.hesitates(id, sale),
            _ if changes_mind => order::Command::ChoosePlan {
                plan: Plan {
                    months: 12,
                    down: Rate::from_basis_points(3_000),
                },
            },
            Stage::Started | Stage::CreditUnknown => order::Command::AskCredit {
                admittance_score: 750,
            },
            Stage::Refused { .. } => order::Command::ChoosePlan {
                plan: Plan::IN_FULL,
            },
            Stage::Approved => order::Command::Offer {
                terms: terms(sale.plan, self.now, self),
            },
            Stage::Offered => order::Command::Sign {
                disclosure_hash: "d".repeat(64),
                contract_hash: "c".repeat(64),
                agreement: agreement_of(id),
            },
            Stage::Signed => return self.goes_to_the_wallet(id, sale),
        };
        let in_time = sale.hold_until > self.now;
        in_time && self.carry_out(to_order(command))
    }

    fn hesitates(&mut self, id: &OrderId, sale: &Sale) -> bool {
        if self.luck.one_in(3) {
            return self.carry_out(Command::Order(id.clone(), order::Command::Cancel));
        }
        if sale.hold_until <= self.now {
            return false;
        }
        self.now = self.now.plus_seconds(60);
        true
    }

    /// Start, prepare, dispatch: then the buyer is on the wallet's page.
    fn goes_to_the_wallet(&mut self, id: &OrderId, sale: &Sale) -> bool {
        let number = sale.payment.as_ref().map_or(1, |before| {
            let last = before.as_str().rsplit('-').next();
            last.and_then(|text| text.parse::<u32>().ok()).unwrap_or(0) + 1
        });
        let payment = PaymentId::parse(&format!("down-{id}-{number}")).expect("plain letters");
        let start = order::Command::StartPayment {
            payment: payment.clone(),
            hold_until: sale.hold_until.plus_seconds(10 * 60),
        };
        if !self.carry_out(Command::Order(id.clone(), start)) {
            return false;
        }
        let sale = self.order(id).expect("a payment is of an order").clone();
        if self.luck.one_in(20) {
            return true;
        }
        self.opens_page(id, &sale, &payment);
        true
    }

    fn opens_page(&mut self, id: &OrderId, sale: &Sale, payment: &PaymentId) {
        let (Some(terms), Some(agreement)) = (&sale.terms, &sale.agreement) else {
            panic!("only a signed order is sent to the wallet")
        };
        let prepare = prepare_down_payment(id, agreement, payment, terms, sale.hold_until);
        let dispatch = Command::Payment(payment.clone(), payment::Command::Dispatch);
        if self.carry_out(prepare) && self.carry_out(dispatch) {
            let asked = self.payments[payment].asked();
            let asked = asked.expect("it was just written down");
            self.wallet.open_page(payment, asked);
        }
    }

    /// Pays, waits until it is nearly or really too late, fails, or gives up.
    fn at_the_wallet(&mut self, id: &OrderId, sale: &Sale) -> bool {
        let payment = sale.payment.clone().expect("a paying order has a payment");
        let on_the_page = self.wallet.trades.contains_key(&payment);
        if sale.hold_until <= self.now && !on_the_page {
            return false;
        }
        match self.luck.below(12) {
            0 => self.carry_out(Command::Order(id.clone(), order::Command::Cancel)),
            1 if on_the_page => {
                let word = self.wallet.close(&payment);
                self.mail.extend(word);
                true
            }
            7 | 8 if on_the_page => {
                let word = self.wallet.disown(&payment);
                self.mail.extend(word);
                true
            }
            9 => self.pays_on_an_old_page(id),
            2 | 3 if sale.hold_until > self.now => {
                self.now = sale.hold_until.plus_seconds(-1);
                true
            }
            4..=6 if on_the_page => self.pays(&payment),
            _ if !on_the_page => {
                self.opens_page(id, sale, &payment);
                self.wallet.trades.contains_key(&payment)
            }
            _ => false,
        }
    }

    /// The notification comes once, several times or never; a query finds it out then. Of a payment
    /// that was disowned nobody asks any more, so there it is the notification that counts.
    fn pays(&mut self, payment: &PaymentId) -> bool {
        let Some(word) = self.wallet.pay(payment) else {
            return false;
        };
        let disowned = self.wallet.trades[payment].disowned;
        let times = self.luck.below(4).max(usize::from(disowned));
        self.mail.extend(std::iter::repeat_n(word, times));
        true
    }

    /// A page of this order is still open in another tab.
    fn pays_on_an_old_page(&mut self, id: &OrderId) -> bool {
        let open = self.wallet.open_pages(&format!("down-{id}-"));
        open.first().is_some_and(|payment| self.pays(payment))
    }

    fn at_the_bay(&mut self, id: &OrderId, visit: Visit) -> bool {
        let job = fetch_job(id);
        let to_order = |command| Command::Order(id.clone(), command);
        let command = match visit {
            Visit::Awaited => order::Command::AcceptCode,
            Visit::CodeAccepted | Visit::CarAccepted if !self.yard.is_open(&job) => return false,
            Visit::CodeAccepted if self.luck.one_in(4) => order::Command::RejectCar {
                reason: "not the colour".to_owned(),
            },
            Visit::CodeAccepted if self.luck.one_in(2) => order::Command::AcceptCar,
            Visit::CodeAccepted | Visit::CarAccepted => {
                let fact = Fact::Tower(tower(), self.yard.drive_out(&job));
                self.ledger
                    .note(&format!("tower-{}", tower()), fact, &self.rules);
                return true;
            }
        };
        self.carry_out(to_order(command))
    }

    /// Who is in arrears pays the oldest open instalment by hand; now and then somebody ends the
    /// mandate, or pays an instalment early.
    fn settles_by_hand(&mut self, id: &OrderId) -> bool {
        let agreement = agreement_of(id);
        let Some(state) = self.agreements.get(&agreement) else {
            return false;
        };
        let overdue = matches!(state, agreement::State::InArrears { .. });
        let Some((number, amount)) = state.next_due().map(|line| (line.row.number, line.open()))
        else {
            return false;
        };
        let mandate = state
            .contract()
            .and_then(|contract| contract.mandate.clone());
        if let Some(mandate) = mandate.filter(|_| self.luck.one_in(400)) {
            self.wallet.mandates.remove(&mandate);
            let detach = agreement::Command::DetachMandate { mandate };
            return self.carry_out(Command::Agreement(agreement, detach));
        }
        if !overdue && !self.luck.one_in(200) {
            return false;
        }
        let payment = PaymentId::parse(&format!("hand-{id}-{number}")).expect("plain letters");
        let prepare = payment::Command::Prepare {
            purpose: Purpose::Instalment { agreement, number },
            method: Method::Page {
                mandate_limit: None,
            },
            amount,
            expires: None,
        };
        let known = self.wallet.trades.contains_key(&payment);
        if known
            || !self.carry_out(Command::Payment(payment.clone(), prepare))
            || !self.carry_out(Command::Payment(
                payment.clone(),
                payment::Command::Dispatch,
            ))
        {
            return false;
        }
        let asked = self.payments[&payment].asked();
        let asked = asked.expect("it was just written down");
        self.wallet.open_page(&payment, asked);
        self.pays(&payment)
    }
}
