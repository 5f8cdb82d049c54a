//! `scenarios/*.yaml`.
//!
//! What a scenario means is for its runner to say; the words that only it uses stand here, so that they are told once.

use super::forms::{A_SECTION, AN_ID, ID, INSTANT, SECONDS, WINDOW, by_id};
use super::shape::{Field, Map, Record, Relation, Shape, TextForm, WordList, may, must, rule};
use super::{FileKind, Files};

/// How a code may be spoilt.
pub(crate) const TYPED: &[&str] = &[
    "as-shown",
    "swapped",
    "one-wrong",
    "short",
    "zero-lost",
    "decorated",
    "mixed",
    "late",
    "pin-in-front",
    "pin-behind",
    "steam-letters",
    "wrong-byte",
];
/// How much of an app a list of entries is.
pub(crate) const EXTENT: [&str; 2] = ["exported", "all"];
/// Whose clock told when a code was typed.
pub(crate) const TOLD_BY: [&str; 4] = ["this-computer", "service", "person", "device"];
/// What an entry may be to the service.
pub(crate) const STATUS: [&str; 3] = ["active", "pending", "revoked"];
/// How sure a verdict may be, by its own names.
const CONCLUSIONS: &[&str] = &["confirmed", "likely", "undetermined"];
/// The most steps that a number of a scenario may be.
const MOST_STEPS: i64 = 2880;

pub(super) const KIND: FileKind = FileKind {
    name: "scenario",
    files: Files::Below("scenarios"),
    says: "Tests of the knowledge: what is known of a login, and what has to come of it. They name ids, never prose.",
    root: Shape::List(&Shape::ByKey("script", &CALL, &SCENARIO)),
};

const SCENARIO: Record = Record {
    says: "A scenario.",
    fields: &[
        must("scenario", AN_ID, "Its own id, which says what it is about."),
        may("script", AN_ID, "The script that leads the call. A call is told in other keys."),
        may("symptom", AN_ID, "The symptom that the person chose.").usually("invalid-code"),
        GIVEN,
        may(
            "answers",
            Shape::Map(&Map { keys: &ID, values: AN_ID, besides: &[], filled: false }),
            "What the person has answered: `{ where: signing-in }`.",
        ),
        FAILED,
        must("expect", Shape::Record(&EXPECT), "What has to come of it. What is not named may be anything."),
    ],
    rules: &[],
};

pub(super) const GIVEN: Field = may(
    "given",
    Shape::Record(&LOGIN),
    "What is known of the login beside the answers. The digits of codes are computed.",
);
pub(super) const FAILED: Field = may("failed", Shape::List(&AN_ID), "The remedies that were tried and did not help.");

const CALL: Record = Record {
    says: "A call that a script leads.",
    fields: &[
        SCENARIO.fields[0],
        Field { needed: true, ..SCENARIO.fields[1] },
        may("symptom", AN_ID, "That of the script. It need not be named."),
        may("given", Shape::Never, "An agent holds nothing to compare."),
        SCENARIO.fields[4],
        SCENARIO.fields[5],
        may("verified", Shape::Flag, "Whether it could be made sure who is calling.").usually("true"),
        may("later", Shape::List(&AN_ID), "The remedies that the caller will try another time."),
        must("expect", Shape::Record(&EXPECT_OF_CALL), "What has to come of the call."),
    ],
    rules: &[],
};

const EXPECT_OF_CALL: Record = Record {
    says: "",
    fields: &[
        may("steps", Shape::OneOrList(&AN_ID, 0), "The steps that are taken, in this order."),
        may("next", Shape::Single(&LEAD), "Where the script leads: `{ remedy: set-clock }`."),
    ],
    rules: &[rule(
        Relation::Some(&["steps", "next"]),
        "KB004",
        "a call that expects nothing: expected `steps` or `next`",
    )],
};

const LEAD: Record = Record {
    says: "Where it leads.",
    fields: &[STEP.fields[0], STEP.fields[2], STEP.fields[3], STEP.fields[4]],
    rules: &[],
};

const LOGIN: Record = Record {
    says: "A login, played out.",
    fields: &[
        may("at", Shape::Formed(&INSTANT), "The time of the login. Every other time is counted from here."),
        may(
            "device-clock",
            Shape::Formed(&SECONDS),
            "How far the clock of the device is ahead (`2m`) or behind (`-2m`).",
        ),
        may("person", Shape::Text, "Whose login it was."),
        may("device", Shape::Text, "The device that showed the codes."),
        may(
            "entries",
            Shape::Map(&by_id(&ENTRY)),
            "The entries, by names of your own. `now` is the one that the service checks.",
        ),
        may(
            "entries-are",
            Shape::Word(&WordList::of(
                &EXTENT,
                &["Some entries of the app, as it exported them.", "All entries of the app, as it exported them."],
            )),
            "How much of the app they are. Left out: nobody knows.",
        ),
        may("expected", AN_ID, "The entry that the service checks, by its name.").usually("now"),
        may("app", AN_ID, "The authenticator app."),
        may("service", Shape::Record(&SERVICE), "What is known of the service."),
        may("clock", Shape::Record(&DEVICE_CLOCK), "A reading of the device's clock against the right time."),
        may(
            "codes",
            Shape::List(&Shape::Record(&CODE)),
            "What was typed. The first was refused; the others were read off the app, unless they say otherwise.",
        ),
    ],
    rules: &[rule(
        Relation::Beside("codes", "at"),
        "KB004",
        "codes without a time: expected `at` beside them, such as 2026-01-01T10:00:00Z",
    )],
};

const ENTRY: Record = Record {
    says: "An entry, by the name that this scenario gives it.",
    fields: &[
        must("uri", Shape::Formed(&URI), "The text of its QR code, with an invented secret. It needs quotes."),
        may(
            "status",
            Shape::Word(&WordList::of(
                &STATUS,
                &[
                    "The service uses it.",
                    "It was set up, and never confirmed.",
                    "The service has replaced it, or taken it off.",
                ],
            )),
            "What it is to the service. Left out: nobody knows.",
        ),
        may("owner", Shape::Text, "Whose it is."),
        may("device", Shape::Text, "Which device keeps it."),
        may("created", Shape::Formed(&INSTANT), "When it was made."),
        may("revoked", Shape::Formed(&INSTANT), "When the service replaced it."),
        may("discarded", Shape::Flag, "`true`: the app has thrown it away or archived it.").usually("false"),
        may("listed", Shape::Flag, "`false`: it makes codes, and the case does not know of it.").usually("true"),
    ],
    rules: &[],
};

/// What an entry is read from is for its reader to judge.
const URI: TextForm = TextForm {
    pattern: "\\S",
    expected: "expected an otpauth URI",
    examples: &["otpauth://totp/Lantern:sam?secret=JBSWY3DPEHPK3PXP&issuer=Lantern"],
    code: "KB005",
    holds: |_| true,
};

const SERVICE: Record = Record {
    says: "",
    fields: &[
        may("window", Shape::Record(&SEEN_WINDOW), "Which steps it accepts around its own."),
        may("recovery-form", Shape::Text, "The form of its recovery codes, as a regular expression."),
        may("last-used", Shape::Formed(&SECONDS), "When the last code that it took was made."),
        may("watermark", Shape::Formed(&SECONDS), "Up to when it refuses every code."),
        may(
            "learnt-skew",
            Shape::Whole(-MOST_STEPS, MOST_STEPS),
            "How many steps it has learnt that the device is ahead.",
        ),
        may("look-ahead", STEPS, "How many counters beyond the next one it accepts."),
        may("locked", Shape::Flag, "Whether it has locked the account."),
        may("factor-enabled", Shape::Flag, "Whether two-factor authentication is on."),
        may("failed-other-factor", Shape::Flag, "Whether it was the password that was wrong."),
        may("session-age", Shape::Formed(&SECONDS), "How long the page had been open."),
        may("session-limit", Shape::Formed(&SECONDS), "How long a page stays good."),
        may("clock", Shape::Record(&CLOCK), "A reading of the clock of its page against a time server."),
    ],
    rules: &[],
};

const STEPS: Shape = Shape::Whole(0, MOST_STEPS);

/// Unlike a service's own file, a scenario may know only one side of the window.
const SEEN_WINDOW: Record = Record {
    says: "",
    fields: &[
        Field { needed: false, shape: STEPS, ..WINDOW.fields[0] },
        Field { needed: false, shape: STEPS, ..WINDOW.fields[1] },
    ],
    rules: &[],
};

const CLOCK: Record = Record {
    says: "",
    fields: &[
        must("offset", Shape::Formed(&SECONDS), "How far it is ahead (`2m`) or behind (`-2m`)."),
        may("uncertainty", Shape::Formed(&SECONDS), "Give or take how much.").usually("1s"),
    ],
    rules: &[],
};

const DEVICE_CLOCK: Record = Record {
    says: "",
    fields: &[
        CLOCK.fields[0],
        CLOCK.fields[1],
        may("device", Shape::Text, "Whose it is, as codes name devices. That of the refused codes, if left out."),
    ],
    rules: &[],
};

const CODE: Record = Record {
    says: "A code that was typed, or read off a screen.",
    fields: &[
        may("from", AN_ID, "The entry that made it, by its name."),
        may("text", Shape::Text, "What was typed, as it stands, in place of a code of an entry."),
        may("made-at", Shape::Formed(&SECONDS), "When it was made, counted from `at`.").usually("0s"),
        may(
            "sent-at",
            Shape::Formed(&SECONDS),
            "When it was sent, counted from `at`. Five seconds after it was made, if left out.",
        ),
        may(
            "told",
            Shape::Record(&TOLD),
            "Between which moments it was sent, as far as anybody knows, and not to the second.",
        ),
        may("timed", Shape::Flag, "`false`: nobody knows when it was sent.").usually("true"),
        may(
            "told-by",
            Shape::Word(&WordList::of(
                &TOLD_BY,
                &[
                    "The program saw it typed.",
                    "It stands in the service's log.",
                    "The person said so.",
                    "The device that showed it said so: its own clock.",
                ],
            )),
            "Whose clock tells when it was sent.",
        )
        .usually("this-computer"),
        may("typed", Shape::Word(&WordList::of(TYPED, SPOILT)), "What the hand, or a faulty app, made of it.")
            .usually("as-shown"),
        may(
            "counter",
            Shape::Whole(-MOST_STEPS, MOST_STEPS),
            "The counter, from that of the entry on, for codes that follow one.",
        )
        .usually("0"),
        may("device", Shape::Text, "Which device showed it."),
        may("node", Shape::Text, "Which machine of the service answered."),
        may("shown-by", Shape::Text, "The entry that the person read it off."),
        may(
            "accepted",
            Shape::FlagOrNothing,
            "What the service said: `true`, `false`, or `null` where it was not asked.",
        ),
    ],
    rules: &[rule(Relation::One(&["from", "text"]), "KB004", "expected either `from` or `text`")],
};

const TOLD: Record = Record {
    says: "Two moments, counted from `at`.",
    fields: &[
        must("from", Shape::Formed(&SECONDS), "The earliest at which it can have been."),
        must("to", Shape::Formed(&SECONDS), "The latest."),
    ],
    rules: &[],
};

const SPOILT: &[&str] = &[
    "Nothing: as the app showed it.",
    "Two digits that stand beside each other are swapped.",
    "One digit is another.",
    "The last digit is missing.",
    "The zero in front is missing.",
    "With a blank in the middle.",
    "The first half, and the second half of the next code.",
    "Sent when it had run out.",
    "A PIN in front of it.",
    "A PIN behind it.",
    "The letters that another app makes of it.",
    "Cut from the wrong place of the hash, as a faulty app does.",
];

const EXPECT: Record = Record {
    says: "",
    fields: &[
        may("cause", AN_ID, "The first cause."),
        WITH,
        CONCLUSION,
        REMEDY,
        may("next-remedy", AN_ID, "The same, and it reads better after some that `failed`."),
        may("section", A_SECTION, "The section that tells of that remedy, in the app at hand."),
        may("next", Shape::WordOrSingle("none", &STEP), "The very next step: `{ ask: where }`, or `none`."),
        may("outcome", Shape::Record(&ROW), "The row of the table, for a symptom that decides by one."),
        may("not-confirmed", Shape::List(&AN_ID), "Causes that must not be confirmed."),
        may("never-asks", Shape::List(&AN_ID), "Questions that must not come up, whatever else is asked."),
    ],
    rules: &[rule(Relation::Some(&[]), "KB004", "a scenario that expects nothing: expected `cause` or `next`, say")],
};

pub(super) const WITH: Field = may("with", Shape::OneOrList(&AN_ID, 0), "The second cause beside it; `[]` is none.");
pub(super) const CONCLUSION: Field = may(
    "conclusion",
    Shape::Word(&WordList::of(
        CONCLUSIONS,
        &["Beyond doubt.", "More likely than everything else together.", "Neither."],
    )),
    "How sure it is.",
);
pub(super) const REMEDY: Field =
    may("remedy", AN_ID, "The remedy that comes first for a person who is sure of nothing but the answers given.");

const STEP: Record = Record {
    says: "One step.",
    fields: &[
        may("ask", AN_ID, "A question."),
        may("observe", AN_ID, "What is looked at: `code-match`, say."),
        may("remedy", AN_ID, "A remedy."),
        may("escalate", AN_ID, "Whom to turn to."),
        may("then", AN_ID, "Another symptom."),
    ],
    rules: &[],
};

const ROW: Record = Record {
    says: "",
    fields: &[
        may("remedy", AN_ID, "What to do."),
        may("escalate", AN_ID, "Whom to turn to."),
        may("then", AN_ID, "The symptom to go on with."),
    ],
    rules: &[],
};
