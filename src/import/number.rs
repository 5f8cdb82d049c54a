//! The numbers of an entry, as files spell them.
//!
//! The one idea: a number that cannot be read is told, and never taken for one that is not there, since codes follow it.
//! It must not know what is usual.

use super::json::Node;

/// What a number says of an entry.
#[derive(Clone, Copy)]
pub(super) enum Number {
    /// Length of a code.
    Digits,
    /// Seconds that a code lasts.
    Period,
    /// The next counter.
    Counter,
}

impl Number {
    /// A text; an empty one is a number that is not there. The error is what to say of it.
    pub(super) fn read(self, text: &str) -> Result<Option<u64>, &'static str> {
        match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.flaw()),
        }
    }

    /// A member of an object, as a number or in a string.
    pub(super) fn of(self, item: Node<'_>, key: &str) -> Result<Option<u64>, &'static str> {
        let Some(node) = item.get(key) else { return Ok(None) };
        match node.string() {
            Some(text) => self.read(&text),
            None => node.number().map(Some).ok_or_else(|| self.flaw()),
        }
    }

    /// What to say of one that cannot be read.
    pub(super) fn flaw(self) -> &'static str {
        match self {
            Self::Digits => "the length of the codes is not a whole number",
            Self::Period => "the period is not a whole number",
            Self::Counter => "the counter is not a whole number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::Document;
    use super::*;

    #[test]
    fn what_is_no_number_is_no_absent_one() {
        assert_eq!(Number::Digits.read(" 8 "), Ok(Some(8)));
        assert_eq!(Number::Digits.read(" "), Ok(None));
        for text in ["six", "6.0", "-6", "18446744073709551616"] {
            assert_eq!(Number::Digits.read(text), Err(Number::Digits.flaw()), "{text}");
        }
        let document = Document::read(r#"{"a":"30","b":30,"c":null,"d":"","e":"x","f":-1,"g":3.5,"h":[]}"#).unwrap();
        let of = |key| Number::Period.of(document.root(), key);
        assert_eq!(
            (of("a"), of("b"), of("c"), of("d"), of("z")),
            (Ok(Some(30)), Ok(Some(30)), Ok(None), Ok(None), Ok(None))
        );
        assert!(["e", "f", "g", "h"].iter().all(|key| of(key).is_err()));
    }
}
