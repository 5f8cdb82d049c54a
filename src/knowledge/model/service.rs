//! Who checks codes, and whom to turn to there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Knowledge;

/// Words, rules and contacts of the party that checks codes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What its screens call things, by placeholder.
    pub words: BTreeMap<String, String>,
    /// Words of closed lists, by fact, for conditions on `service.<fact>`.
    pub facts: BTreeMap<String, String>,
    /// Whom to turn to, by role.
    pub escalate: BTreeMap<String, Contact>,
    /// Steps accepted before and after the current one; `None` where not known.
    pub window: Option<Window>,
    /// How many refused codes lock the account; `None` where not known.
    pub tries_before_lock: Option<u32>,
    /// A regular expression for its recovery codes.
    pub recovery_form: Option<String>,
    /// How an agent makes sure who is calling before a factor is reset, removed or enrolled again.
    pub verify_identity: Option<String>,
    /// Its colour on a page: red, green, blue.
    pub colour: Option<[u8; 3]>,
    /// Its logo on a page, by its path among the articles.
    pub logo: Option<String>,
    /// What its screens say about a refused code, in order.
    pub messages: Vec<Message>,
}

/// Steps accepted beside the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Before.
    pub past: u32,
    /// After.
    pub future: u32,
}

/// Whom to turn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// A sentence.
    pub says: String,
    /// What to have ready.
    pub bring: Vec<String>,
}

/// A text of a service's screen; it is weighed as an answer to `message` is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// As shown.
    pub text: String,
    /// As for [`Answer::given`].
    pub given: Vec<(String, f64)>,
    /// As for [`Answer::others`].
    pub others: Option<f64>,
}

impl Service {
    /// The one whose words, rules and contacts stand in for what another leaves out.
    pub const GENERIC: &'static str = "generic";
    /// The role that people are sent to where the knowledge names nobody else.
    pub const LAST_RESORT: &'static str = "administrator";
}

impl Knowledge {
    /// Whom to turn to at a service, by its id; the generic one's contact stands in for one that it does not name.
    pub fn contact(&self, service: Option<&str>, role: &str) -> Option<&Contact> {
        let mut ids = service.into_iter().chain([Service::GENERIC]);
        ids.find_map(|id| self.services.get(id)?.escalate.get(role))
    }
}
