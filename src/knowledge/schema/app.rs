//! `apps/*.yaml`.

use super::super::app::PARAMETERS;
use super::forms::{AN_ID, DAY, RELEASE, SECTIONS, TEXTS};
use super::shape::{Record, Shape, WordList, may, must};
use super::{FileKind, Files};

pub(super) const KIND: FileKind = FileKind {
    name: "app",
    files: Files::Below("apps"),
    says: "One authenticator app: dated facts about it, and the sections that tell how things are done in it.",
    root: Shape::Record(&APP),
};

const APP: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("app", AN_ID, "The id of this app."),
        may("name", Shape::Text, "What people call it: `{app}` in every text. The id, if it is left out."),
        may("facts", TEXTS, "What conditions may ask for as `app.` and the fact. What is not sure is `unknown`."),
        may(
            "ignores",
            Shape::List(&Shape::Record(&IGNORED)),
            "Parameters of an entry that the app does not obey, so that it shows other codes.",
        ),
        may(
            "sections",
            SECTIONS,
            "The app's own section for a general one: `two-factor.md#clock: apps/aegis.md#clock`.",
        ),
    ],
    rules: &[],
};

const IGNORED: Record = Record {
    says: "A parameter that the app does not obey.",
    fields: &[
        must(
            "parameter",
            Shape::Word(&WordList::of(
                PARAMETERS,
                &[
                    "SHA-1 whatever the entry says.",
                    "Six digits whatever the entry says.",
                    "30 seconds whatever the entry says.",
                ],
            )),
            "Which one.",
        ),
        may("until", Shape::Formed(&DAY), "The day up to which it was so. Left out: it still is."),
        must("source", Shape::Text, "How that is known: which versions, and who says so."),
    ],
    rules: &[],
};
