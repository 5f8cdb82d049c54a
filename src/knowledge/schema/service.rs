//! `services/*.yaml`.

use super::forms::{AN_ID, COUNT, RELEASE, SAID, TEXTS, WINDOW, by_id};
use super::shape::{Record, Shape, TextForm, may, must};
use super::{FileKind, Files};

pub(super) const KIND: FileKind = FileKind {
    name: "service",
    files: Files::Below("services"),
    says: "One service: what its screens call things, its rules, and whom to turn to. What it leaves out is taken from \
           the generic service.",
    root: Shape::Record(&SERVICE),
};

const SERVICE: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("service", AN_ID, "The id of this service, for `--service`."),
        may("name", Shape::Text, "What people call it: `{service}` in every text. The id, if it is left out."),
        may(
            "words",
            TEXTS,
            "What its screens call things, as it reads within a sentence: `settings-page` stands for `{settings-page}` in the articles. Those of services/generic.yaml are the whole list.",
        ),
        may("facts", TEXTS, "What conditions may ask for as `service.` and the fact."),
        may("escalate", Shape::Map(&by_id(&CONTACT)), "Whom people turn to when nothing else helps."),
        may(
            "window",
            Shape::Record(&WINDOW),
            "How many steps of 30 seconds it accepts before and after the present one. Leave it out if you do not know.",
        ),
        may("tries-before-lock", COUNT, "How many wrong codes lock an account. Leave it out if you do not know."),
        may(
            "recovery-form",
            Shape::Formed(&FORM),
            "The form of its recovery codes, as a regular expression, so that one in the wrong field is recognised.",
        ),
        may(
            "verify-identity",
            Shape::Text,
            "How its helpers make sure who is calling before they reset anything. Never by a code or a password.",
        ),
        may("colour", Shape::Formed(&COLOUR), "Its colour, for the page: of what is pressed and of links."),
        may("logo", Shape::Text, "Its logo, for the page: a picture by its path within `articles/`."),
        may(
            "messages",
            Shape::Map(&by_id(&MESSAGE)),
            "What its screens say. In a session they stand in place of the general answers to the question `message`.",
        ),
    ],
    rules: &[],
};

/// A pattern cannot say what a regular expression is.
const FORM: TextForm = TextForm {
    pattern: "\\S",
    expected: "expected a regular expression",
    examples: &["[a-z0-9]{5}-[a-z0-9]{5}"],
    code: "KB005",
    holds: |text| regex_lite::Regex::new(text).is_ok(),
};

const COLOUR: TextForm = TextForm {
    pattern: "^#[0-9a-fA-F]{6}$",
    expected: "expected a colour such as \"#1f5fbf\"",
    examples: &["#1f5fbf"],
    code: "KB005",
    holds: |text| {
        text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    },
};

const CONTACT: Record = Record {
    says: "Somebody to turn to.",
    fields: &[
        must("says", Shape::Text, "Who it is and how to reach them, in a sentence."),
        may("bring", Shape::List(&Shape::Text), "What the person should have ready; never a code or a password."),
    ],
    rules: &[],
};

const MESSAGE: Record = Record {
    says: "A message of its screens. One with the id of a general answer and without `given` is weighed as that one.",
    fields: &[
        must("text", Shape::Text, "The message as the screen shows it."),
        may("given", SAID, "How often people with a cause see this message."),
    ],
    rules: &[],
};
