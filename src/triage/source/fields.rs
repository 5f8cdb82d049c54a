use serde_json::Value;

use super::time::{NO_TIME, Stamp};

/// The deepest object of an event that is looked into.
const DEEPEST: usize = 4;

/// The fields of an event, those of objects with their path before them: `event.outcome`.
pub(super) struct Event(Vec<(String, String)>);

impl Event {
    /// An event in JSON; `None`: it is none.
    pub(super) fn json(text: &str) -> Option<Self> {
        let Value::Object(object) = serde_json::from_str(text).ok()? else { return None };
        let mut fields = Vec::new();
        flatten(&Value::Object(object), String::new(), 0, &mut fields);
        Some(Self(fields))
    }

    /// Pairs of `key=value` or `key="value"`, between blanks or commas.
    pub(super) fn pairs(text: &str) -> Self {
        let mut fields = Vec::new();
        let mut rest = text;
        while let Some((key, value)) = rest.split_once('=') {
            let key = key.rsplit([' ', ',']).next().unwrap_or(key).to_owned();
            let (value, after) = if let Some(quoted) = value.strip_prefix('"') {
                quoted_value(quoted)
            } else {
                let end = value.find([' ', ',']).unwrap_or(value.len());
                (value[..end].to_owned(), &value[end..])
            };
            fields.push((key, value));
            rest = after;
        }
        Self(fields)
    }

    /// The first of some fields that is there, and is not empty or `null`.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let value = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            value.filter(|value| !value.is_empty() && *value != "null")
        })
    }

    pub(super) fn owned(&self, names: &[&str]) -> Option<String> {
        self.get(names).map(str::to_owned)
    }

    /// A time: a text, or seconds or milliseconds since 1970.
    pub(super) fn at(&self, names: &[&str], stamp: Stamp) -> Result<i64, &'static str> {
        let text = self.get(names).ok_or(NO_TIME)?;
        let Ok(number) = text.parse::<f64>() else { return stamp.instant(text) };
        // The year 2286 in seconds is 1970 in milliseconds.
        let seconds = if number.abs() >= 1e10 { number / 1e3 } else { number };
        if (0.0..1e11).contains(&seconds) { Ok(seconds as i64) } else { Err(NO_TIME) }
    }
}

/// A value up to its closing mark, and what comes behind.
fn quoted_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => {
                value.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &text[at + 1..]),
            _ => value.push(character),
        }
    }
    (value, "")
}

fn flatten(value: &Value, path: String, depth: usize, fields: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) if depth < DEEPEST => {
            for (key, value) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(value, path, depth + 1, fields);
            }
        }
        Value::String(text) => fields.push((path, text.clone())),
        Value::Number(_) | Value::Bool(_) => fields.push((path, value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}
