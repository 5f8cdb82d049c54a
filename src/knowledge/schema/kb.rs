//! `kb.yaml`, `phrases.yaml` and `released.yaml`.

use super::super::base::{BASES, COMMON, COST, EFFORT, ERRORS, GIVEN, MOST};
use super::super::phrases;
use super::forms::{AN_ID, ANY, ID, RELEASE};
use super::shape::{Map, Record, Shape, TextForm, WordList, may, must};
use super::{FileKind, Files};

pub(super) const KIND: FileKind = FileKind {
    name: "kb",
    files: Files::One("kb.yaml"),
    says: "The numbers behind the words, and the symptoms that are offered. Yours is laid over the built-in one: what it \
           leaves out is said there.",
    root: Shape::Record(&BASE),
};

pub(super) const RELEASED: FileKind = FileKind {
    name: "released",
    files: Files::One("released.yaml"),
    says: "The names that the last release had, which its transcripts hold. `otp-doctor kb release` writes this file.",
    root: Shape::Record(&RELEASED_NAMES),
};

const RELEASED_NAMES: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        must("version", Shape::Text, "The release that had these names."),
        must(
            "names",
            Shape::List(&Shape::Text),
            "Symptoms, their questions and remedies, and the answers: `invalid-code/where/signing-in`.",
        ),
    ],
    rules: &[],
};

pub(super) const PHRASES: FileKind = FileKind {
    name: "phrases",
    files: Files::One("phrases.yaml"),
    says: "What the program itself says to a person: a sentence for each id. What it leaves out is said as built in.",
    root: Shape::Known(phrases::built_in, &Shape::Text),
};

const LANGUAGE: TextForm = TextForm { examples: &["de", "pt-br"], ..ID };
const A_LANGUAGE: Shape = Shape::Formed(&LANGUAGE);

const WEIGHT: Shape = Shape::Number(0.0, MOST);

const BASE: Record = Record {
    says: "",
    fields: &[
        RELEASE,
        may(
            "base",
            Shape::Word(&WordList::of(BASES, &[
                    "Your files are laid over the built-in knowledge: what has the same id replaces, the rest is added.",
                    "Nothing of the built-in knowledge: your files are all there is.",
                ])),
            "What your files are laid over.",
        )
        .usually("built-in"),
        must("version", Shape::Text, "The release of the knowledge, in your own counting."),
        may("language", A_LANGUAGE, "The language of the texts beside this file: `en`, `pt-br`.").usually("en"),
        may(
            "languages",
            Shape::List(&A_LANGUAGE),
            "The languages that they are translated into, each in full in a folder of its name under `locale`.",
        ),
        must("offered", Shape::List(&AN_ID), "The symptoms that a person can choose from, in the order in which they are shown."),
        may(
            "also-offered",
            Shape::List(&AN_ID),
            "Symptoms that are offered besides: those of your own, behind the ones that the knowledge below offers.",
        ),
        must("scales", Shape::Record(&SCALES), "The numbers behind the words that causes, remedies and questions use."),
        may("errors", Shape::Record(&ERRING), "How often people err, by what they answer a question from; what is left out is as built in."),
        must("unknown", WEIGHT, "The weight of a cause that nobody has thought of, on the scale of `common`."),
        must("escalation", WEIGHT, "What turning to somebody else costs, on the scale of `effort`: the more, the longer a session tries remedies first."),
        must("failed-person", WEIGHT, "What a remedy that did not help costs in trust with a person, on the scale of `effort`."),
        must("failed-agent", WEIGHT, "What a remedy that did not help costs in trust with an agent's caller, on the scale of `effort`."),
        may(
            "renamed",
            Shape::Map(&Map { keys: &ANY, values: Shape::Text, besides: &[], filled: false }),
            "What has become of names of older releases, which transcripts still hold: `invalid-code/where/enrolling: setting-up` for an answer, the same with fewer parts for a symptom, a question or a remedy; `gone` for what is no more.",
        ),
        may("words", Shape::Record(&WORDS), "What words the texts for people may use."),
    ],
    rules: &[],
};

const WORDS: Record = Record {
    says: "",
    fields: &[
        may(
            "banned",
            Shape::List(&Shape::Text),
            "Words that people need not know: none of them stands in a text for people.",
        ),
        may(
            "preferred",
            Shape::Map(&Map { keys: &ANY, values: Shape::Text, besides: &[], filled: false }),
            "The word to use in place of another: `log in: sign in`.",
        ),
    ],
    rules: &[],
};

const SCALES: Record = Record {
    says: "A number for each word.",
    fields: &[
        must(
            "given",
            Shape::Record(&SCALE_GIVEN),
            "How often a person with a cause gives an answer, and how often a remedy works: from 0, never, to 1, always.",
        ),
        must("common", Shape::Record(&SCALE_COMMON), "How common a cause is beside the others. Only the ratios count."),
        must(
            "effort",
            Shape::Record(&SCALE_EFFORT),
            "What a remedy costs the person who tries it. Only the ratios count, also to `cost`.",
        ),
        must(
            "cost",
            Shape::Record(&SCALE_COST),
            "What a question costs the person who answers it, in the unit of `effort`.",
        ),
    ],
    rules: &[],
};

const SCALE_GIVEN: Record = Record {
    says: "",
    fields: &[
        must(GIVEN[0], PART, "What has never been seen. Only `fixes` may say so."),
        must(GIVEN[1], PART, "Once in fifty, say."),
        must(GIVEN[2], PART, "About once in seven, say."),
        must(GIVEN[3], PART, "Every other time."),
        must(GIVEN[4], PART, "About six times in seven, say."),
        must(GIVEN[5], PART, "Nineteen times in twenty, say."),
    ],
    rules: &[],
};

const ERRING: Record = Record {
    says: "A share of all answers each, from 0 to 1.",
    fields: &[
        must(ERRORS[0], PART, "Of what they see, or have just done."),
        must(ERRORS[1], PART, "Of what they remember from another day, or believe."),
        may(ERRORS[2], PART, "Of what nobody mistakes, such as what they hold in the hand."),
    ],
    rules: &[],
};

const PART: Shape = Shape::Number(0.0, 1.0);

const SCALE_COMMON: Record = Record {
    says: "",
    fields: &[
        must(COMMON[0], WEIGHT, "What most people have."),
        must(COMMON[1], WEIGHT, "What many people have."),
        must(COMMON[2], WEIGHT, "What some people have."),
        must(COMMON[3], WEIGHT, "What a few people have."),
        must(COMMON[4], WEIGHT, "What hardly anybody has."),
    ],
    rules: &[],
};

const SCALE_EFFORT: Record = Record {
    says: "",
    fields: &[
        must(EFFORT[0], WEIGHT, "Done before one has thought about it."),
        must(EFFORT[1], WEIGHT, "About a minute."),
        must(EFFORT[2], WEIGHT, "Some minutes."),
        must(EFFORT[3], WEIGHT, "Half an hour, or a day of waiting."),
    ],
    rules: &[],
};

const SCALE_COST: Record = Record {
    says: "",
    fields: &[
        must(COST[0], WEIGHT, "One knows it, or sees it on the screen."),
        must(COST[1], WEIGHT, "One has to get up for it, or look it up."),
    ],
    rules: &[],
};
