use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};

use super::{Attempt, Case, Interval, KnownEntry, Outcome, Reference, ServiceClock, ServiceFacts, Status};
use crate::entry;

/// Writes a case as [`super::read`] reads it. The value holds the secrets and codes of the case: it is a private text.
pub fn write(case: &Case) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    put("id", case.id.clone().map(Value::from));
    put("person", case.person.clone().map(Value::from));
    put("device", case.device.clone().map(Value::from));
    put("app", case.app.clone().map(Value::from));
    put("symptom", case.symptom.clone().map(Value::from));
    put("expected", case.expected.as_ref().map(|entry| Value::from(entry::write(entry).as_str())));
    put("service", filled(service(&case.service)));
    put(
        "clock",
        case.clock.map(|clock| {
            Value::Object(known([
                ("offset_seconds", Some(clock.offset_seconds.into())),
                ("uncertainty_seconds", Some(clock.uncertainty_seconds.into())),
                ("device", case.clock_of.clone().map(Value::from)),
            ]))
        }),
    );
    put("entries", list(case.entries.iter().map(known_entry)));
    put("entries_are", case.entries_are.name().map(Value::from));
    put("attempts", list(case.attempts.iter().map(attempt)));
    put("answers", filled(case.answers.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect()));
    Value::Object(object)
}

fn filled(object: Map<String, Value>) -> Option<Value> {
    (!object.is_empty()).then_some(Value::Object(object))
}

fn list(items: impl Iterator<Item = Value>) -> Option<Value> {
    let items: Vec<Value> = items.collect();
    (!items.is_empty()).then_some(Value::Array(items))
}

/// An object of the fields that are known.
fn known<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn service(facts: &ServiceFacts) -> Map<String, Value> {
    known([
        ("id", facts.id.clone().map(Value::from)),
        ("past", facts.past.map(Value::from)),
        ("future", facts.future.map(Value::from)),
        ("last_used_step", facts.last_used_step.map(Value::from)),
        ("watermark", facts.watermark.map(Value::from)),
        ("learnt_skew", facts.learnt_skew.map(Value::from)),
        ("locked", facts.locked.map(Value::from)),
        ("session_age", facts.session_age.map(Value::from)),
        ("session_limit", facts.session_limit.map(Value::from)),
        ("factor_enabled", facts.factor_enabled.map(Value::from)),
        ("failed_other_factor", facts.failed_other_factor.map(Value::from)),
        ("look_ahead", facts.look_ahead.map(Value::from)),
        ("recovery_form", facts.recovery_form.clone().map(Value::from)),
        ("clock", facts.clock.map(service_clock)),
    ])
}

fn service_clock(clock: ServiceClock) -> Value {
    let against = clock.against.map(|reference| match reference {
        Reference::TimeServer => "time-server",
        Reference::ThisComputer => "this-computer",
    });
    Value::Object(known([
        ("offset_seconds", Some(clock.offset_seconds.into())),
        ("uncertainty_seconds", Some(clock.uncertainty_seconds.into())),
        ("against", against.map(Value::from)),
    ]))
}

fn known_entry(entry: &KnownEntry) -> Value {
    Value::Object(known([
        ("id", entry.id.clone().map(Value::from)),
        ("uri", Some(Value::from(entry::write_known(&entry.entry, entry.assumed).as_str()))),
        ("status", entry.status.map(Status::name).map(Value::from)),
        ("owner", entry.owner.clone().map(Value::from)),
        ("device", entry.device.clone().map(Value::from)),
        ("created", entry.created.map(instant)),
        ("revoked", entry.revoked.map(instant)),
        ("discarded", entry.discarded.then(|| true.into())),
    ]))
}

fn attempt(attempt: &Attempt) -> Value {
    let accepted = match attempt.outcome {
        Outcome::Refused => Value::Bool(false),
        Outcome::Accepted => Value::Bool(true),
        Outcome::Untried => Value::Null,
    };
    Value::Object(known([
        ("code", Some(Value::from(attempt.code.text()))),
        ("at", attempt.at.map(interval)),
        ("at_source", attempt.at_source.map(|source| source.name().into())),
        ("accepted", Some(accepted)),
        ("entry", attempt.entry.clone().map(Value::from)),
        ("device", attempt.device.clone().map(Value::from)),
        ("node", attempt.node.clone().map(Value::from)),
    ]))
}

fn interval(interval: Interval) -> Value {
    if interval.from == interval.to {
        return instant(interval.from);
    }
    json!({ "from": instant(interval.from), "to": instant(interval.to) })
}

fn instant(seconds: i64) -> Value {
    DateTime::from_timestamp(seconds, 0)
        .map_or(Value::Null, |time| time.to_rfc3339_opts(SecondsFormat::Secs, true).into())
}
