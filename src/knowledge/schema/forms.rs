//! Forms of texts and mappings that several kinds of files have in common.

use super::super::base::{COMMON, COST, EFFORT, ERRORS, GIVEN};
use super::shape::{Field, Map, Record, Shape, TextForm, WordList, may, must};

/// `old-entry`.
pub(super) const ID: TextForm = TextForm {
    pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
    expected: "expected an id: small letters, digits and single hyphens",
    examples: &["old-entry"],
    code: "KB011",
    holds: is_id,
};

/// `two-factor.md#clock`.
pub(super) const SECTION: TextForm = TextForm {
    pattern: "^[^#]*#.*$",
    expected: "expected `article.md#section`",
    examples: &["two-factor.md#clock"],
    code: "KB005",
    holds: |text| text.contains('#'),
};

/// What a condition asks for. `any` and `not` are kept for later.
pub(in crate::knowledge) const FACT: TextForm = TextForm {
    pattern: "^(?!(any|not)$)",
    expected: "expected the id of a question, `app.` or `service.` and a fact, or a probe and its field",
    examples: &["where", "app.same-label"],
    code: "KB003",
    holds: |text| !matches!(text, "any" | "not"),
};

/// A day.
pub(super) const DAY: TextForm = TextForm {
    pattern: "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$",
    expected: "expected a day such as 2026-01-31",
    examples: &["2026-01-31"],
    code: "KB005",
    holds: |text| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
};

/// A moment.
pub(super) const INSTANT: TextForm = TextForm {
    pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
    expected: "expected a time such as 2026-01-01T10:00:00Z",
    examples: &["2026-01-01T10:00:00Z"],
    code: "KB005",
    holds: |text| instant(text).is_some(),
};

/// A length of time.
pub(super) const SECONDS: TextForm = TextForm {
    pattern: "^[+-]?[0-9]+[smhd]$",
    expected: "expected a length of time such as -5s, +30s, 2m, 1h or 1d",
    examples: &["-5s", "+30s", "2m", "1h", "1d"],
    code: "KB005",
    holds: |text| seconds(text).is_some(),
};

/// How common a cause is.
pub(super) const HOW_COMMON: WordList = WordList::of(
    COMMON,
    &[
        "What most people have: sixteen times as likely as `rare`, with the numbers as they are built in.",
        "What many people have: half of `very-common`.",
        "What some people have: three times as likely as `rare`.",
        "What a few people have: the measure of this scale.",
        "What hardly anybody has: it is believed only where something speaks for it.",
    ],
);

/// What a remedy costs.
pub(super) const HOW_LONG: WordList = WordList::of(
    EFFORT,
    &[
        "Done before one has thought about it.",
        "About a minute.",
        "Some minutes.",
        "Half an hour, or a day of waiting.",
    ],
);

/// What a question costs.
pub(super) const HOW_HARD: WordList =
    WordList::of(COST, &["One knows it, or sees it on the screen.", "One has to get up for it, or look it up."]);

/// What people answer from.
pub(super) const ANSWERED_FROM: WordList = WordList::of(
    ERRORS,
    &[
        "They see it, or have just done it.",
        "They remember it from another day, or believe it.",
        "Nobody mistakes it: what they hold in the hand.",
    ],
);

/// How often a remedy works.
const HOW_OFTEN: WordList = WordList::of(GIVEN, FREQUENCIES);

/// How often an answer is given. Nobody's answer rules a cause out, so the first word is left out.
pub(super) const HOW_OFTEN_SAID: WordList =
    WordList { told: Some(GIVEN[0]), ..WordList::of(GIVEN.split_at(1).1, FREQUENCIES.split_at(1).1) };

const FREQUENCIES: &[&str] = &[
    "Not once.",
    "Once in fifty, with the numbers as they are built in.",
    "About once in seven.",
    "Every other time.",
    "About six times in seven.",
    "Nineteen times in twenty.",
];

/// All of these have to hold: a scalar is, a list is one of.
pub(super) const CONDITION: Shape =
    Shape::Map(&Map { keys: &FACT, values: Shape::OneOrList(&Shape::Text, 1), besides: &[], filled: false });

/// Answers that hold, by question.
pub(super) const IMPLIED: Shape =
    Shape::Map(&Map { keys: &ID, values: Shape::Formed(&ID), besides: &[], filled: false });

/// What is said of every cause that is not listed.
pub(super) const OTHERS: Field =
    may("others", Shape::Word(&HOW_OFTEN_SAID), "How often people give this answer whose cause has no word for it.");

/// How often people with a cause give an answer.
pub(super) const SAID: Shape =
    Shape::Map(&Map { keys: &ANY, values: Shape::Word(&HOW_OFTEN_SAID), besides: &[OTHERS], filled: false });

/// How often a remedy works against a cause.
pub(super) const FIXES: Shape =
    Shape::Map(&Map { keys: &ANY, values: Shape::Word(&HOW_OFTEN), besides: &[], filled: false });

/// A name that another item gives, and that the compiler knows.
pub(super) const ANY: TextForm =
    TextForm { pattern: "", expected: "expected an id", examples: &[], code: "KB011", holds: |_| true };

/// Texts by id.
pub(super) const TEXTS: Shape = Shape::Map(&Map { keys: &ID, values: Shape::Text, besides: &[], filled: false });

/// Sections by section.
pub(super) const SECTIONS: Shape =
    Shape::Map(&Map { keys: &SECTION, values: Shape::Formed(&SECTION), besides: &[], filled: false });

/// Any id.
pub(super) const AN_ID: Shape = Shape::Formed(&ID);

/// Any section.
pub(super) const A_SECTION: Shape = Shape::Formed(&SECTION);

/// Items by the ids that the writer gives them.
pub(super) const fn by_id(record: &'static Record) -> Map {
    Map { keys: &ID, values: Shape::Record(record), besides: &[], filled: false }
}

/// The release of the file's form.
pub(super) const RELEASE: Field = may(
    "schema",
    Shape::Word(&WordList { code: "KB007", ..WordList::of(&[super::RELEASE], &[]) }),
    "The release of the form of this file.",
)
.usually(super::RELEASE);

/// A window of steps.
pub(super) const WINDOW: Record = Record {
    says: "Which steps the service accepts around its own.",
    fields: &[
        must("past", COUNT, "How many steps before the present one."),
        must("future", COUNT, "How many steps after the present one."),
    ],
    rules: &[],
};

/// How many.
pub(super) const COUNT: Shape = Shape::Whole(0, u32::MAX as i64);

/// Whether a text is an id of kebab-case: `old-entry`.
pub(in crate::knowledge) fn is_id(text: &str) -> bool {
    text.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// The moment that a text names, in seconds since 1970.
pub(crate) fn instant(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp())
}

/// The length of time that a text names, in seconds: `-5s`, `+30s`, `2m`, `-1h`, `1d`.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
    let (number, size) = units.iter().find_map(|(unit, size)| Some((text.strip_suffix(*unit)?, size)))?;
    Some(i64::from(number.parse::<i32>().ok()?) * size)
}
