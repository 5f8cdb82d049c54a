//! The front matter of `causes/*.md`: a cause in one file.

use super::forms::{A_SECTION, AN_ID, ANY, CONDITION, FIXES, HOW_COMMON, HOW_OFTEN_SAID, ID};
use super::scenario::{CONCLUSION, FAILED, GIVEN, REMEDY, WITH};
use super::shape::{Field, Map, Record, Shape, may, must};
use super::translation::SOURCE;
use super::{FileKind, Files};

pub(super) const KIND: FileKind = FileKind {
    name: "cause",
    files: Files::Front("causes"),
    says: "One cause: what it is called, how common it is, which answers tell of it, what helps, and two scenarios. The \
           prose behind the front matter is its section in `causes.md`.",
    root: Shape::Record(&CAUSE),
};

pub(super) const TRANSLATED: FileKind = FileKind {
    name: "translated-cause",
    files: Files::FrontIn("causes"),
    says: "The texts of a cause in another language: `causes/old-entry.de.md` beside `causes/old-entry.md`. The prose \
           behind the front matter is the translated section.",
    root: Shape::Record(&TEXTS),
};

const CAUSE: Record = Record {
    says: "A cause. If a probe has an explanation of the same id, that measures it; else the answers alone tell.",
    fields: &[
        must(
            "cause",
            AN_ID,
            "Its id, by the wrong state (`device-clock-off`), not by its cure. The file is named like it.",
        ),
        must("symptom", AN_ID, "The symptom that it may be behind. One that is behind two has a file for each."),
        TITLE,
        SAYS,
        may("avoid", Shape::Text, "One sentence for the person, when it is over: what keeps it from coming again."),
        may(
            "text",
            A_SECTION,
            "The section that explains it, where that is not the prose of this file: `causes.md#old-entry`.",
        ),
        COMMON,
        STANDS_FOR,
        ONLY_WHEN,
        may(
            "tells",
            Shape::Map(&Map { keys: &ANY, values: Shape::Map(&ANSWERS), besides: &[], filled: false }),
            "How often people with it give an answer: `{ how-typed: { pasted: usually } }`.",
        ),
        may("helped-by", FIXES, "How often each remedy works against it: `{ set-clock: nearly-always }`."),
        may(
            "like",
            Shape::Map(&Map { keys: &ID, values: AN_ID, besides: LIKE, filled: false }),
            "A scenario that comes to it: what is answered, `{ where: signing-in }`, and what is known.",
        ),
        may(
            "unlike",
            Shape::Map(&Map { keys: &ID, values: AN_ID, besides: UNLIKE, filled: false }),
            "A scenario that looks like it and is another cause, which `is` names.",
        ),
    ],
    rules: &[],
};

pub(super) const TITLE: Field = must("title", Shape::Text, "The cause in a few words, as a heading.");
pub(super) const SAYS: Field = may(
    "says",
    Shape::Text,
    "One sentence for the person, with what was measured: `{offset}`, say. A text with braces needs quotes.",
);
pub(super) const COMMON: Field =
    must("common", Shape::Word(&HOW_COMMON), "How common it is beside the other causes, before anything is known.");
pub(super) const STANDS_FOR: Field = may(
    "stands-for",
    AN_ID,
    "The family of causes that codes cannot tell apart from this one; they are measured together.",
);
pub(super) const ONLY_WHEN: Field = may(
    "only-when",
    CONDITION,
    "It is possible only where this holds; `common` is how common it is there. An answer weighs and rules nothing out, since people err; a fact of an app or a service does.",
);

const ANSWERS: Map = Map { keys: &ANY, values: Shape::Word(&HOW_OFTEN_SAID), besides: &[], filled: true };

/// What a scenario of a cause has beside its answers.
const LIKE: &[Field] = &[GIVEN, FAILED, CONCLUDES, WITH, REMEDY];
const UNLIKE: &[Field] =
    &[must("is", AN_ID, "The cause that is found in its place."), GIVEN, FAILED, CONCLUDES, WITH, REMEDY];

const CONCLUDES: Field = Field { key: "concludes", ..CONCLUSION };

const TEXTS: Record = Record {
    says: "The texts of a cause.",
    fields: &[
        SOURCE,
        TITLE,
        may("says", Shape::Text, "One sentence for the person, with the placeholders of the source."),
        may("avoid", Shape::Text, "What keeps it from coming again, in one sentence."),
    ],
    rules: &[],
};

/// Whether a name in a scenario of a cause is a key of its own, and no question.
pub(crate) fn is_key_of_scenario(name: &str) -> bool {
    UNLIKE.iter().any(|field| field.key == name)
}
