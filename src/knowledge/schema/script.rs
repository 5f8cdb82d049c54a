//! `scripts/*.yaml`.

use super::super::script;
use super::forms::{AN_ID, CONDITION, ID, RELEASE, TEXTS};
use super::shape::{Map, Record, Rule, Shape, may, must};
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

const STEPS: Map = Map { keys: &ID, values: Shape::Record(&STEP), besides: None, filled: true };

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
        Rule::NoTwo(&script::ACTS),
        Rule::Some(&["say", "note", "ask", "probe", "remedy", "verify-identity", "escalate", "decide"]),
    ],
};

const FAREWELLS: Map = Map { keys: &ID, values: Shape::Record(&FAREWELL), besides: None, filled: true };

const FAREWELL: Record = Record {
    says: "A step at the end: `ending` tells how the call went.",
    fields: &[
        STEP.fields[0],
        STEP.fields[1],
        may("ask", Shape::Never, ""),
        may("probe", Shape::Never, ""),
        may("remedy", Shape::Never, ""),
        may("escalate", Shape::Never, ""),
        may("verify-identity", Shape::Never, ""),
        may("decide", Shape::Never, ""),
        STEP.fields[8],
    ],
    rules: &[Rule::Some(&["say", "note"])],
};
