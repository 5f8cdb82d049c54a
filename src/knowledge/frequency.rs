//! `given` and `fixes`: words of the scale of frequencies, by cause.
//!
//! The one idea: both are lists of causes with a number from 0 to 1; `others` is what is said of every cause not listed.

use super::base::Scale;
use super::cause::tell_never;
use super::report::Report;
use super::yaml::{Key, Node};

pub(super) const NEVER: &str = "never";
/// Stands for every cause that is not listed.
pub(super) const OTHERS: &str = "others";

/// How often, by cause.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) by_cause: Vec<(String, f64)>,
    pub(super) others: Option<f64>,
}

/// Reads what a person answers. Nobody's answer rules a cause out, so `never` is refused.
pub(super) fn given(
    entries: &[(Key, Node)],
    scale: &Scale,
    report: &mut Report,
    is_cause: impl Fn(&Key, &mut Report) -> Option<()>,
) -> Given {
    let mut given = Given::default();
    // Where nothing else is said, that is the flaw (KB308).
    let only_never = entries.iter().all(|(_, word)| word.as_str() == Some(NEVER));
    let only_never = only_never && entries.iter().any(|(key, _)| key.text == OTHERS);
    for (key, value) in entries {
        if !only_never {
            tell_never(value, report);
        }
        let number = scale.number(value);
        if key.text == OTHERS {
            given.others = number;
        } else if let (Some(()), Some(number)) = (is_cause(key, report), number) {
            given.by_cause.push((key.text.clone(), number));
        }
    }
    given
}

/// Reads how often a remedy works.
pub(super) fn fixes(
    entries: &[(Key, Node)],
    scale: &Scale,
    report: &mut Report,
    is_cause: impl Fn(&Key, &mut Report) -> Option<()>,
) -> Vec<(String, f64)> {
    let one = |(key, value): &(Key, Node)| {
        is_cause(key, report)?;
        Some((key.text.clone(), scale.number(value)?))
    };
    entries.iter().filter_map(one).collect()
}
