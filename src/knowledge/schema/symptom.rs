//! `symptoms/*.yaml`.

use super::super::model::MeasuredBy;
use super::super::symptom::DECIDE;
use super::cause::{COMMON, ONLY_WHEN, SAYS, STANDS_FOR, TITLE};
use super::forms::{
    A_SECTION, AN_ID, ANSWERED_FROM, CONDITION, FIXES, HOW_HARD, HOW_LONG, ID, IMPLIED, OTHERS, RELEASE, SAID, by_id,
};
use super::shape::{Map, Record, Relation, Shape, WordList, may, must, rule};
use super::{FileKind, Files};

pub(super) const KIND: FileKind = FileKind {
    name: "symptom",
    files: Files::Below("symptoms"),
    says: "One symptom: what a person sees, what may be behind it, what to ask, and what helps.",
    root: Shape::Record(&SYMPTOM),
};

const SYMPTOM: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("symptom", AN_ID, "The id of this symptom, by which `kb.yaml` offers it and others go on to it."),
        must(
            "heading",
            A_SECTION,
            "The section about this symptom. Its heading is what a person chooses in a session.",
        ),
        may(
            "decide",
            Shape::Word(&WordList::of(
                DECIDE,
                &[
                    "By evidence: the causes are weighed, and the likeliest leads to the remedy.",
                    "By the table `outcomes`: the first row that holds. For policy, which is never a guess.",
                ],
            )),
            "How this symptom comes to its end.",
        )
        .usually("weigh"),
        may(
            "causes",
            Shape::ListOrMap(&AN_ID, &by_id(&CAUSE)),
            "The order of its causes, where that matters: which comes first of two that are equally likely. Each cause has a file of its own under `causes`; one that is not listed follows those that are as common. A mapping from ids is the first form, in which the causes stood here: `kb migrate` writes their files.",
        ),
        may("remedies", Shape::Map(&by_id(&REMEDY)), "What helps."),
        may(
            "questions",
            Shape::Map(&by_id(&QUESTION)),
            "What a person may be asked. A session asks only what is worth its cost.",
        ),
        may(
            "outcomes",
            Shape::List(&Shape::Record(&OUTCOME)),
            "The rows of the table, from top to bottom: the first that holds counts. The last is for everybody else (`otherwise: true`).",
        ),
        may("when-exhausted", Shape::Record(&EXHAUSTED), "Where to go on when nothing here has helped."),
        may(
            "implies",
            IMPLIED,
            "What follows from having this trouble, wherever a session goes on: answers by question. It is not asked for.",
        ),
    ],
    rules: &[
        rule(
            Relation::With("decide", "first-match", "outcomes"),
            "KB305",
            "a table without rows: expected `outcomes`, the last of them with `otherwise: true`",
        ),
        rule(
            Relation::Only("outcomes", "decide", "first-match"),
            "KB003",
            "outcomes without a table: expected `decide: first-match`",
        ),
        rule(
            Relation::Row("outcomes", "otherwise"),
            "KB305",
            "a table without a last resort: expected a row with `otherwise: true`",
        ),
    ],
};

const CAUSE: Record = Record {
    says: "A cause, in the first form. If a probe has an explanation of the same id, that measures it; else the answers alone tell.",
    fields: &[
        TITLE,
        SAYS,
        must("text", A_SECTION, "The section that explains this cause."),
        COMMON,
        STANDS_FOR,
        ONLY_WHEN,
    ],
    rules: &[],
};

const REMEDY: Record = Record {
    says: "A remedy.",
    fields: &[
        must("text", A_SECTION, "The section with the steps. It is the only place where they stand."),
        may("agent", A_SECTION, "The section for an agent, where an agent goes another way."),
        must("effort", Shape::Word(&HOW_LONG), "What it costs the person who tries it."),
        may("destructive", Shape::Flag, "It takes something away that cannot be brought back. Then `needs` has to make sure of a second way in.").usually("false"),
        may("resets-factor", Shape::Flag, "An agent takes a factor off an account. Then every service has to say how its helpers make sure who is calling (`verify-identity`).").usually("false"),
        may("needs", CONDITION, "Has to hold before it is offered. What is not known yet is asked first."),
        may("only-when", CONDITION, "It makes sense only where this holds. It is not asked for."),
        may("unless", CONDITION, "It makes no sense where this holds. It is not asked for."),
        may(
            "fixes",
            FIXES,
            "How often it works, for each cause whose own file does not say so under `helped-by`.",
        ),
        may("brings", IMPLIED, "What holds once it has helped, whatever was answered before: answers by question."),
        may("then", AN_ID, "The symptom to go on with once it has helped: what is still to be made safe, say."),
    ],
    rules: &[rule(
        Relation::With("destructive", "true", "needs"),
        "KB507",
        "a destructive remedy without `needs`: expected it to make sure of a second way in",
    )
    .help("`needs: { second-way-in: signed-in }`, say: what is not known yet is asked first")],
};

const QUESTION: Record = Record {
    says: "A question. Besides its answers, a person can always say that they are not sure (`unsure`).",
    fields: &[
        must("ask", Shape::Text, "The question for the person: one, short, about what they can see or know."),
        may("agent", Shape::Text, "The question as an agent puts it, who speaks of the caller."),
        may("why", Shape::Text, "Why it is asked, for a person who wonders."),
        may("cost", Shape::Word(&HOW_HARD), "What it costs the person to answer.").usually("easy"),
        may("answered-from", Shape::Word(&ANSWERED_FROM), "What people answer it from, by which they err: `errors` in `kb.yaml` says how often.").usually("seen"),
        may("first", Shape::Flag, "It comes before all others, in the order they stand in, since its answer opens and closes whole branches.")
            .usually("false"),
        may("with-time", Shape::Flag, "The right time is shown with it.").usually("false"),
        may(
            "measured-by",
            Shape::Word(&WordList::of(&MeasuredBy::NAMES, &[
                    "A clock compared with a reference.",
                    "Key presses at the moments when codes change.",
                    "The code of each entry compared with the secret of the service.",
                ])),
            "What measures it, where that can be had.",
        ),
        may("noted", Shape::Flag, "A session answers it by itself, and nobody is asked it: with `measured-by: rhythm`, whether a rhythm can be measured; with `measured-by: entries`, whether the right entry was found.").usually("false"),
        may("only-when", CONDITION, "It makes sense only where this holds."),
        must(
            "answers",
            Shape::Map(&ANSWERS),
            "What can be answered, in the order in which it is shown; five at most are easy to read.",
        ),
    ],
    rules: &[rule(
        Relation::With("noted", "true", "measured-by"),
        "KB004",
        "`noted` without `measured-by`: expected `measured-by: rhythm` or `measured-by: entries`",
    )
    .help("a session notes whether a rhythm can be measured, and whether the right entry was found")],
};

const ANSWERS: Map = Map { keys: &ID, values: Shape::Record(&ANSWER), besides: &[], filled: true };

const ANSWER: Record = Record {
    says: "An answer.",
    fields: &[
        must("label", Shape::Text, "The answer as a person chooses it. `Yes` and `No` need quotes."),
        OTHERS,
        may(
            "given",
            SAID,
            "How often people with a cause give this answer, for each cause whose own file does not say so under `tells`. An answer of which no cause speaks is what remains.",
        ),
        may(
            "locked-out",
            Shape::Flag,
            "Whoever says so cannot get in, and must not be sent to what only those see who are signed in.",
        )
        .usually("false"),
        may("implies", IMPLIED, "What follows from it: answers by question. It is not asked for."),
        may(
            "then",
            AN_ID,
            "The symptom that it leads to. What is known is kept. Without `others`, whoever has another cause errs who says so.",
        ),
    ],
    rules: &[],
};

const OUTCOME: Record = Record {
    says: "A row of the table.",
    fields: &[
        may("when", CONDITION, "The row counts where this holds. What is not known yet is asked, from left to right."),
        may("otherwise", Shape::Flag, "The row for everybody whom no row before it fits."),
        may("remedy", AN_ID, "What to do."),
        may("escalate", AN_ID, "Whom to turn to, also if the remedy does not help."),
        may(
            "then",
            AN_ID,
            "The symptom to go on with, also if the remedy does not help. What is known is kept. A row with neither of both leaves that to the rows below it.",
        ),
    ],
    rules: &[
        rule(Relation::Or("when", "otherwise"), "KB004", "expected either `when` or `otherwise: true`"),
        rule(
            Relation::Some(&["remedy", "escalate", "then"]),
            "KB004",
            "a row that does nothing: expected `remedy`, `escalate` or `then`",
        ),
    ],
};

const EXHAUSTED: Record = Record {
    says: "",
    fields: &[must("then", AN_ID, "The symptom to go on with. What is known is kept.")],
    rules: &[],
};
