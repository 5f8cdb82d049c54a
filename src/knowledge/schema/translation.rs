//! `locale/*/`: the texts of the other files in another language.
//!
//! Every text may stand alone or beside the digest of its source. Which texts there are, the source tells, and what is
//! missing is for the reader: here, nothing but the form counts.

use super::super::phrases;
use super::forms::{AN_ID, ANY, RELEASE};
use super::shape::{Field, Map, Record, Shape, may, must};
use super::{FileKind, Files};

pub(super) const PHRASES: FileKind = FileKind {
    name: "translated-phrases",
    files: Files::One("locale/*/phrases.yaml"),
    says: "What the program itself says to a person, in the language of this folder.",
    root: Shape::Known(phrases::built_in, &A_TEXT),
};

pub(super) const SYMPTOM: FileKind = FileKind {
    name: "translated-symptom",
    files: Files::Below("locale/*/symptoms"),
    says: "The texts of a symptom in the language of this folder, under the ids of their source.",
    root: Shape::Record(&OF_SYMPTOM),
};

pub(super) const SERVICE: FileKind = FileKind {
    name: "translated-service",
    files: Files::Below("locale/*/services"),
    says: "The texts of a service in the language of this folder, under the ids of their source. Its name, words and \
           messages may be left out where its screens speak another language, in all but the generic service.",
    root: Shape::Record(&OF_SERVICE),
};

pub(super) const SCRIPT: FileKind = FileKind {
    name: "translated-script",
    files: Files::Below("locale/*/scripts"),
    says: "The texts of a script in the language of this folder, under the ids of their source.",
    root: Shape::Record(&OF_SCRIPT),
};

pub(super) const SOURCE: Field = may(
    "source",
    Shape::Text,
    "The digest of the wording that this was made from, eight digits in quotes. Leave it out, and `kb check --fix` puts \
     it in.",
);

const A_TEXT: Shape = Shape::TextOr(&Record {
    says: "The text in this language, alone or as `says` beside the digest of its source.",
    fields: &[SOURCE, must("says", Shape::Text, "The text in this language.")],
    rules: &[],
});

const A_MESSAGE: Shape = Shape::TextOr(&Record {
    says: "The message in this language, alone or as `text` beside the digest of its source.",
    fields: &[SOURCE, must("text", Shape::Text, "The message as the screen shows it in this language.")],
    rules: &[],
});

/// Values under the ids of the source.
const fn under_ids(values: Shape) -> Map {
    Map { keys: &ANY, values, besides: &[], filled: false }
}

const OF_SYMPTOM: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("symptom", AN_ID, "The id of the symptom."),
        may("causes", Shape::Map(&under_ids(Shape::Record(&CAUSE))), "The texts of its causes."),
        may("questions", Shape::Map(&under_ids(Shape::Record(&QUESTION))), "The texts of its questions."),
    ],
    rules: &[],
};

const CAUSE: Record = Record {
    says: "The texts of a cause.",
    fields: &[
        SOURCE,
        may("title", Shape::Text, "What is wrong, in a few words."),
        may("says", Shape::Text, "What is wrong, in a sentence, with the placeholders of the source."),
    ],
    rules: &[],
};

const QUESTION: Record = Record {
    says: "The texts of a question.",
    fields: &[
        SOURCE,
        may("ask", Shape::Text, "The question as a person is asked."),
        may("agent", Shape::Text, "The question as an agent reads it out, where the source has it."),
        may("why", Shape::Text, "Why it is asked, where the source says so."),
        may("answers", Shape::Map(&under_ids(Shape::Text)), "The answers as they are shown."),
    ],
    rules: &[],
};

const OF_SERVICE: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("service", AN_ID, "The id of the service."),
        may("name", A_TEXT, "What people call it: `{service}` in every text."),
        may("words", Shape::Map(&under_ids(A_TEXT)), "What its screens call things, as it reads within a sentence."),
        may("escalate", Shape::Map(&under_ids(Shape::Record(&CONTACT))), "Whom people turn to."),
        may("verify-identity", A_TEXT, "How its helpers make sure who is calling. Never by a code or a password."),
        may("messages", Shape::Map(&under_ids(A_MESSAGE)), "What its screens say."),
    ],
    rules: &[],
};

const CONTACT: Record = Record {
    says: "Somebody to turn to.",
    fields: &[
        SOURCE,
        may("says", Shape::Text, "Who it is and how to reach them, in a sentence."),
        may("bring", Shape::List(&Shape::Text), "What the person should have ready, in the order of the source."),
    ],
    rules: &[],
};

const OF_SCRIPT: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("script", AN_ID, "The id of the script."),
        may("title", A_TEXT, "What an agent chooses it by: what the caller says."),
        may("wordings", Shape::Map(&under_ids(A_TEXT)), "Its own words for questions of the symptom."),
        may("steps", Shape::Map(&under_ids(Shape::Record(&STEP))), "The texts of its steps."),
        may("goodbye", Shape::Map(&under_ids(Shape::Record(&STEP))), "What is said at the end."),
    ],
    rules: &[],
};

const STEP: Record = Record {
    says: "The texts of a step.",
    fields: &[
        SOURCE,
        may("say", Shape::Text, "What the agent says, word for word."),
        may("note", Shape::Text, "What the agent keeps in mind or writes down; it is not said."),
    ],
    rules: &[],
};
