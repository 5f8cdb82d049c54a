//! `scripts/*.yaml`.

use super::super::script;
use super::forms::{AN_ID, CONDITION, ID, RELEASE, TEXTS};
use super::shape::{Map, Record, Relation, Shape, may, must, rule};
use super::{FileKind, Files};

pub(super) const KIND: FileKind = FileKind {
    name: "script",
    files: Files::Below("scripts"),
    says: "A guided conversation for agents over one symptom: the words, their order, and what is done in which step.",
    root: Shape::Record(&SCRIPT),
};

const SCRIPT: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("script", AN_ID, "The id of this script."),
        must("symptom", AN_ID, "The symptom whose questions, remedies and causes it uses."),
        must("title", Shape::Text, "What an agent chooses it by: what the caller says."),
        may(
            "wordings",
            TEXTS,
            "Questions of the symptom in other words, for when the script leaves the choice to the session.",
        ),
        must(
            "steps",
            Shape::Map(&STEPS),
            "The steps, from top to bottom. One whose condition does not hold is passed over.",
        ),
        must("goodbye", Shape::Map(&FAREWELLS), "What is said at the end, however the call went."),
    ],
    rules: &[],
};

const STEPS: Map = Map { keys: &ID, values: Shape::Record(&STEP), besides: &[], filled: true };

const STEP: Record = Record {
    says: "A step. It may say something, note something, and do one thing.",
    fields: &[
        may("say", Shape::Text, "What the agent says, word for word."),
        may("note", Shape::Text, "What the agent keeps in mind or writes down; it is not said."),
        may("ask", AN_ID, "A question of the symptom. Its answers are shown."),
        may(
            "probe",
            AN_ID,
            "A question of the symptom to measure with the caller's help: one with `measured-by: clock`, where the caller reads date and time off the device, or with `measured-by: rhythm`, where the caller says when the code changes.",
        ),
        may("remedy", AN_ID, "A remedy of the symptom. Its steps are shown, and the agent asks whether it helped."),
        may("escalate", AN_ID, "Whom to turn to. The script ends here."),
        may("verify-identity", Shape::Flag, "Make sure who is calling, by the service's own rule."),
        may("decide", Shape::Flag, "From here on, the session chooses the next question or remedy by itself."),
        may("only-when", CONDITION, "The step is taken only where this holds."),
    ],
    rules: &[
        rule(Relation::NoTwo(&script::ACTS), "KB003", "a step does one thing: expected no second one beside it"),
        rule(
            Relation::Some(&["say", "note", "ask", "probe", "remedy", "verify-identity", "escalate", "decide"]),
            "KB004",
            "a step that does nothing: expected `say`, `note` or `ask`, say",
        ),
    ],
};

const FAREWELLS: Map = Map { keys: &ID, values: Shape::Record(&FAREWELL), besides: &[], filled: true };

const FAREWELL: Record = Record {
    says: "A step at the end: `ending` tells how the call went.",
    fields: &[
        STEP.fields[0],
        STEP.fields[1],
        may("ask", Shape::Never, "nothing is done in a goodbye: expected `say` or `note`"),
        may("probe", Shape::Never, "nothing is done in a goodbye: expected `say` or `note`"),
        may("remedy", Shape::Never, "nothing is done in a goodbye: expected `say` or `note`"),
        may("escalate", Shape::Never, "nothing is done in a goodbye: expected `say` or `note`"),
        may("verify-identity", Shape::Never, "nothing is done in a goodbye: expected `say` or `note`"),
        may("decide", Shape::Never, "nothing is done in a goodbye: expected `say` or `note`"),
        STEP.fields[8],
    ],
    rules: &[rule(Relation::Some(&["say", "note"]), "KB004", "a step that says nothing: expected `say` or `note`")],
};
