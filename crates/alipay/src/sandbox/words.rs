//! What the pages say, in three languages.
//!
//! Each language is written for itself. A gap in braces is filled where the words are used.

mod en; // English
mod vi; // Vietnamese
mod zh; // Chinese

/// A language the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    En,
    Vi,
    Zh,
}

impl Language {
    /// Reads a language tag such as `zh-CN`.
    pub(crate) fn parse(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Language::En),
            "vi" => Some(Language::Vi),
            "zh" => Some(Language::Zh),
            _ => None,
        }
    }

    /// Picks the first language of an `Accept-Language` header that is spoken here.
    pub(crate) fn accepted(header: &str) -> Option<Language> {
        let tags = header.split(',').map(|part| part.split(';').next());
        tags.flatten().find_map(|tag| Language::parse(tag.trim()))
    }

    /// Gives the language tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Vi => "vi",
            Language::Zh => "zh",
        }
    }

    /// Gives the words.
    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Language::En => &en::WORDS,
            Language::Vi => &vi::WORDS,
            Language::Zh => &zh::WORDS,
        }
    }
}

/// Everything the pages say.
#[derive(Debug)]
pub(crate) struct Words {
    /// The wallet's name.
    pub(crate) wallet_name: &'static str,
    /// That nothing is real.
    pub(crate) simulated: &'static str,
    /// Way to the accounts.
    pub(crate) nav_wallet: &'static str,
    /// Way to the persons.
    pub(crate) nav_people: &'static str,
    /// Way to the inbox.
    pub(crate) nav_messages: &'static str,
    /// Way to the fault panel.
    pub(crate) nav_faults: &'static str,
    /// Title of the first page.
    pub(crate) index_title: &'static str,
    /// What the wallet is.
    pub(crate) index_text: &'static str,
    /// What is under Wallet.
    pub(crate) index_wallet: &'static str,
    /// What is under People.
    pub(crate) index_people: &'static str,
    /// What is under Messages.
    pub(crate) index_messages: &'static str,
    /// What is under Faults.
    pub(crate) index_faults: &'static str,
    /// After the merchant's name.
    pub(crate) asks_to_pay: &'static str,
    /// Above the mandate.
    pub(crate) mandate_title: &'static str,
    /// What the mandate allows.
    pub(crate) mandate_months: &'static str,
    /// The same without an end.
    pub(crate) mandate_open: &'static str,
    /// How the mandate ends.
    pub(crate) mandate_note: &'static str,
    /// Before the account.
    pub(crate) paid_from: &'static str,
    /// Before the balance.
    pub(crate) balance: &'static str,
    /// When an unpaid trade closes.
    pub(crate) open_until: &'static str,
    /// The primary button.
    pub(crate) pay_now: &'static str,
    /// The primary button with a mandate.
    pub(crate) pay_and_allow: &'static str,
    /// Refuses for good.
    pub(crate) refuse: &'static str,
    /// Leaves the page.
    pub(crate) leave: &'static str,
    /// When the balance is too small.
    pub(crate) not_enough: &'static str,
    /// State of a trade.
    pub(crate) paid_title: &'static str,
    /// The same in words.
    pub(crate) paid_text: &'static str,
    /// State of a trade.
    pub(crate) closed_title: &'static str,
    /// The same in words.
    pub(crate) closed_text: &'static str,
    /// State of a trade.
    pub(crate) waiting: &'static str,
    /// State of a trade.
    pub(crate) refunded: &'static str,
    /// Way back to the merchant.
    pub(crate) back: &'static str,
    /// After the merchant's name.
    pub(crate) asks_to_sign: &'static str,
    /// The primary button of signing.
    pub(crate) allow: &'static str,
    /// Title when a number is unknown.
    pub(crate) gone_title: &'static str,
    /// The same in words.
    pub(crate) gone_text: &'static str,
    /// When the merchant's request is wrong.
    pub(crate) refused_title: &'static str,
    /// The same in words.
    pub(crate) refused_text: &'static str,
    /// Title of the accounts.
    pub(crate) accounts_title: &'static str,
    /// Title of one account.
    pub(crate) account: &'static str,
    /// A phone number.
    pub(crate) phone: &'static str,
    /// Puts money in.
    pub(crate) add_money: &'static str,
    /// Label of an amount.
    pub(crate) amount_yuan: &'static str,
    /// Label of the monthly top-up.
    pub(crate) monthly: &'static str,
    /// Saves a form.
    pub(crate) save: &'static str,
    /// When a number is no number.
    pub(crate) unreadable: &'static str,
    /// Title of the mandates.
    pub(crate) mandates_title: &'static str,
    /// When there are none.
    pub(crate) no_mandates: &'static str,
    /// When a mandate was signed.
    pub(crate) signed_on: &'static str,
    /// When a mandate was ended.
    pub(crate) ended_on: &'static str,
    /// Ends a mandate.
    pub(crate) end_mandate: &'static str,
    /// Title of the trades.
    pub(crate) history_title: &'static str,
    /// When there are none.
    pub(crate) no_trades: &'static str,
    /// Title of the persons.
    pub(crate) people_title: &'static str,
    /// The rule for everybody else.
    pub(crate) people_text: &'static str,
    /// A person's name.
    pub(crate) name: &'static str,
    /// A person's identity number.
    pub(crate) id_number: &'static str,
    /// A person's score.
    pub(crate) score: &'static str,
    /// Title of the form.
    pub(crate) add_person: &'static str,
    /// Title of the inbox.
    pub(crate) messages_title: &'static str,
    /// How the inbox works.
    pub(crate) messages_text: &'static str,
    /// When there are none.
    pub(crate) no_messages: &'static str,
    /// Filters the inbox.
    pub(crate) show: &'static str,
    /// Title of the fault panel.
    pub(crate) faults_title: &'static str,
    /// What the panel does.
    pub(crate) faults_text: &'static str,
    /// Fault.
    pub(crate) f_silent: &'static str,
    /// Fault.
    pub(crate) f_delay: &'static str,
    /// Fault.
    pub(crate) f_duplicate: &'static str,
    /// Fault.
    pub(crate) f_query: &'static str,
    /// Fault.
    pub(crate) f_refuse: &'static str,
    /// Fault.
    pub(crate) f_lose_requests: &'static str,
    /// Fault.
    pub(crate) f_lose_answers: &'static str,
    /// Fault.
    pub(crate) f_answer_delay: &'static str,
    /// How many notifications wait.
    pub(crate) notices_waiting: &'static str,
}
