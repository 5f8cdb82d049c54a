//! A kind as a JSON Schema.
//!
//! The one idea: draft 7, because every editor's YAML support reads it and nothing newer is needed. `errorMessage`,
//! `enumDescriptions` and what begins with `markdown` are no words of it: editors show them, validators pass them over. It
//! must not be stricter than the reader, but for quotes: numbers, `true` and `false` go without them, and an id that looks
//! like one of those goes with them.

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value, json};

use super::forms::RELEASE as RELEASE_OF_FORM;
use super::shape::{Field, Map, Record, Relation, Rule, Shape, TextForm, WordList};
use super::{FileKind, RELEASE};

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of a kind, written for people too.
pub(super) fn written(kind: &FileKind) -> String {
    let mut schema = of(&kind.root);
    schema["$schema"] = DRAFT.into();
    schema["$comment"] = "Written by `otp-doctor kb schema`.".into();
    schema["title"] = format!("otp-doctor: {} ({RELEASE})", kind.files.pattern()).into();
    describe(&mut schema, kind.says);
    format!("{schema:#}\n")
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({
            "type": ["string", "number", "boolean"],
            "pattern": "\\S",
            "patternErrorMessage": "expected a text that is not empty",
        }),
        Shape::Formed(form) => formed(form),
        Shape::Word(words) => word(words),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::FlagOrNothing => json!({ "type": ["boolean", "null"] }),
        Shape::Number(from, to) => json!({ "type": "number", "minimum": from, "maximum": to }),
        Shape::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Shape::List(item) => json!({ "type": "array", "items": of(item) }),
        Shape::OneOrList(item, least) => one_or_list(item, *least),
        Shape::ListOrMap(item, map) => {
            let mut schema = mapping(map);
            schema["type"] = json!(["array", "object"]);
            schema["items"] = of(item);
            schema
        }
        Shape::Map(map) => mapping(map),
        Shape::Record(record) => self::record(record),
        Shape::Single(record) => single(record),
        Shape::WordOrSingle(word, record) => json!({ "anyOf": [{ "const": word }, single(record)] }),
        Shape::ByKey(key, with, without) => json!({
            "type": "object",
            "if": { "required": [key] },
            "then": self::record(with),
            "else": self::record(without),
        }),
        Shape::TextOr(record) => text_or(record),
        Shape::Known(texts, shape) => known(&texts(), shape),
        Shape::Never => Value::Bool(false),
    }
}

/// Whether backticks would be shown as such where Markdown is not expected.
fn is_marked_up(text: &str) -> bool {
    text.contains('`')
}

fn describe(schema: &mut Value, says: &str) {
    schema["description"] = says.into();
    if is_marked_up(says) {
        schema["markdownDescription"] = says.into();
    } else if let Some(schema) = schema.as_object_mut() {
        // Of what it is made from, this one says something else.
        schema.remove("markdownDescription");
    }
}

fn formed(form: &TextForm) -> Value {
    let mut schema = json!({
        "type": "string",
        "pattern": form.pattern,
        "patternErrorMessage": form.expected,
    });
    if !form.examples.is_empty() {
        schema["examples"] = form.examples.into();
    }
    schema
}

fn word(words: &WordList) -> Value {
    let mut schema = json!({ "enum": words.words.iter().map(|word| scalar(word)).collect::<Vec<_>>() });
    if !words.mean.is_empty() {
        schema["enumDescriptions"] = words.mean.into();
        if words.mean.iter().any(|mean| is_marked_up(mean)) {
            schema["markdownEnumDescriptions"] = words.mean.into();
        }
    }
    schema
}

/// What a plain word is to a reader of YAML.
fn scalar(word: &str) -> Value {
    match word {
        "true" => true.into(),
        "false" => false.into(),
        _ => word.parse::<i64>().map_or_else(|_| word.into(), Value::from),
    }
}

/// The words of a schema for one value and for a list do not meet, so that both fit into one: its messages are better
/// than those of an `anyOf`.
fn one_or_list(item: &Shape, least: usize) -> Value {
    let one = of(item);
    let mut schema = one.clone();
    let mut types = match &one["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    types.push("array".into());
    schema["type"] = types.into();
    schema["items"] = one;
    if least > 0 {
        schema["minItems"] = least.into();
    }
    schema
}

/// Those for a text and for a mapping do not meet either.
fn text_or(record: &Record) -> Value {
    let (mut schema, mut fields) = (of(&Shape::Text), self::record(record));
    fields["type"] = json!(["string", "number", "boolean", "object"]);
    if let (Some(schema), Some(fields)) = (schema.as_object_mut(), fields.as_object_mut()) {
        schema.append(fields);
    }
    schema
}

fn mapping(map: &Map) -> Value {
    let Map { keys, values, besides, filled } = map;
    let mut schema = json!({ "type": "object", "additionalProperties": of(values) });
    if let Shape::Record(record) = values
        && !record.says.is_empty()
    {
        describe(&mut schema["additionalProperties"], record.says);
    }
    if !keys.pattern.is_empty() {
        schema["propertyNames"] = json!({ "pattern": keys.pattern, "patternErrorMessage": keys.expected });
    }
    if !besides.is_empty() {
        let known = besides.iter().map(|field| (field.key.to_owned(), property(field)));
        schema["properties"] = known.collect::<Object<String, Value>>().into();
        let needed: Vec<&str> = besides.iter().filter(|field| field.needed).map(|field| field.key).collect();
        if !needed.is_empty() {
            schema["required"] = needed.into();
        }
    }
    if *filled {
        schema["minProperties"] = 1.into();
    }
    schema
}

fn single(record: &Record) -> Value {
    let mut schema = self::record(record);
    schema["minProperties"] = 1.into();
    schema["maxProperties"] = 1.into();
    schema
}

fn known(texts: &BTreeMap<String, String>, shape: &Shape) -> Value {
    let property = |text: &String| {
        let mut schema = of(shape);
        describe(&mut schema, &format!("As built in: {text}"));
        schema
    };
    let mut properties: Object<String, Value> = texts.iter().map(|(id, text)| (id.clone(), property(text))).collect();
    properties.insert(RELEASE_OF_FORM.key.to_owned(), self::property(&RELEASE_OF_FORM));
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn record(record: &Record) -> Value {
    let properties: Object<String, Value> =
        record.fields.iter().map(|field| (field.key.to_owned(), property(field))).collect();
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    let needed: Vec<&str> = record.fields.iter().filter(|field| field.needed).map(|field| field.key).collect();
    if !needed.is_empty() {
        schema["required"] = needed.into();
    }
    if !record.says.is_empty() {
        describe(&mut schema, record.says);
    }
    let rules: Vec<Value> = record.rules.iter().map(rule).collect();
    if !rules.is_empty() {
        schema["allOf"] = rules.into();
    }
    schema
}

fn property(field: &Field) -> Value {
    let mut schema = of(&field.shape);
    if schema == Value::Bool(false) {
        return schema;
    }
    describe(&mut schema, field.says);
    if let Some(usual) = field.usual {
        schema["default"] = scalar(usual);
    }
    schema
}

fn rule(rule: &Rule) -> Value {
    let required = |key: &&str| json!({ "required": [key] });
    let being = |key: &str, word: &str| json!({ "properties": { key: { "const": scalar(word) } }, "required": [key] });
    match rule.relation {
        Relation::Some([]) => json!({ "minProperties": 1 }),
        Relation::Some(keys) => json!({ "anyOf": keys.iter().map(required).collect::<Vec<_>>() }),
        Relation::One(keys) => json!({ "oneOf": keys.iter().map(required).collect::<Vec<_>>() }),
        Relation::Or(key, flag) => json!({
            "if": being(flag, "true"),
            "then": { "properties": { key: false } },
            "else": { "required": [key] },
        }),
        Relation::With(key, word, other) => json!({
            "if": being(key, word),
            "then": { "required": [other], "properties": { other: { "minProperties": 1, "minItems": 1 } } },
        }),
        Relation::Only(key, other, word) => json!({ "if": { "required": [key] }, "then": being(other, word) }),
        Relation::Beside(key, other) => json!({
            "if": { "properties": { key: { "minItems": 1 } }, "required": [key] },
            "then": { "required": [other] },
        }),
        Relation::NoTwo(keys) => {
            let others = |key: &str| {
                let others =
                    keys.iter().filter(|other| **other != key).map(|other| ((*other).to_owned(), false.into()));
                json!({ "properties": others.collect::<Object<String, Value>>() })
            };
            let apart = keys.iter().map(|key| ((*key).to_owned(), others(key)));
            json!({ "dependencies": apart.collect::<Object<String, Value>>() })
        }
        Relation::Row(list, key) => json!({ "properties": { list: {
            "contains": { "required": [key] },
            "errorMessage": rule.says,
        } } }),
    }
}
