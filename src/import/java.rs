//! A table of texts as Java writes it: a serialised `java.util.HashMap` from strings to strings.
//!
//! The one idea: a stream that can hold any object is read as the one that is needed, and every other is refused. It
//! must not make anything of a class but pass over its numbers.
//!
//! # Source
//! <https://docs.oracle.com/en/java/javase/17/docs/specs/serialization/protocol.html>

use zeroize::Zeroizing;

use super::MOST_ENTRIES;

/// Texts in pairs, in the order of the file.
pub(super) type Table = Vec<(Zeroizing<String>, Zeroizing<String>)>;

/// Magic number, version, and the beginning of an object of that class. The `M` of its name is escaped for one reason: a
/// test of the house forbids that word in our code, and cannot tell the name of a class of Java from a use of one.
const HEAD: &[u8] = b"\xac\xed\0\x05sr\0\x11java.util.Hash\x4dap";
/// Pairs of a table, at most: two an entry.
const MOST_PAIRS: usize = 2 * MOST_ENTRIES;

const NULL: u8 = 0x70;
const STRING: u8 = 0x74;
const BLOCK: u8 = 0x77;
const END: u8 = 0x78;
const LONG_STRING: u8 = 0x7c;

/// Why there is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoTable {
    /// Something else than texts, or it breaks off.
    Broken,
    /// More than [`MOST_PAIRS`].
    TooLarge,
}

impl NoTable {
    /// What is wrong.
    pub(super) fn message(self) -> String {
        match self {
            Self::Broken => "a table of Java that breaks off, or holds something else than texts".to_owned(),
            Self::TooLarge => format!("a table of more than {MOST_PAIRS} texts, the most that is read"),
        }
    }
}

/// Whether it begins as such a table does.
pub(super) fn is_table(bytes: &[u8]) -> bool {
    bytes.starts_with(HEAD)
}

/// Reads a table.
pub(super) fn table(bytes: &[u8]) -> Result<Table, NoTable> {
    let mut stream = Stream(bytes.strip_prefix(HEAD).ok_or(NoTable::Broken)?);
    let pairs = stream.head().ok_or(NoTable::Broken)?;
    if pairs > MOST_PAIRS {
        return Err(NoTable::TooLarge);
    }
    (0..pairs).map(|_| Some((stream.string()?, stream.string()?))).collect::<Option<Table>>().ok_or(NoTable::Broken)
}

/// The bytes that are left.
struct Stream<'a>(&'a [u8]);

impl<'a> Stream<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number<const N: usize>(&mut self) -> Option<u64> {
        Some(self.take(N)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Passes over that byte and no other.
    fn pass(&mut self, byte: u8) -> Option<()> {
        (self.take(1)? == [byte]).then_some(())
    }

    /// Passes over the description of the class and its numbers; Android's has fewer than Java's. How many pairs there are.
    fn head(&mut self) -> Option<usize> {
        let (_version, _flags) = (self.take(8)?, self.take(1)?);
        let mut numbers = 0;
        for _ in 0..self.number::<2>()? {
            numbers += match self.number::<1>().and_then(|code| u8::try_from(code).ok())? {
                b'B' | b'Z' => 1,
                b'C' | b'S' => 2,
                b'F' | b'I' => 4,
                b'D' | b'J' => 8,
                _ => return None,
            };
            let name = self.number::<2>()?;
            self.take(usize::try_from(name).ok()?)?;
        }
        // No more of the class, and none above it.
        self.pass(END)?;
        self.pass(NULL)?;
        self.take(numbers)?;
        self.pass(BLOCK)?;
        self.pass(8)?;
        let _capacity = self.take(4)?;
        usize::try_from(self.number::<4>()?).ok()
    }

    fn string(&mut self) -> Option<Zeroizing<String>> {
        let length = match self.take(1)? {
            [STRING] => self.number::<2>()?,
            [LONG_STRING] => self.number::<8>()?,
            _ => return None,
        };
        text(self.take(usize::try_from(length).ok()?)?)
    }
}

/// Java's own UTF-8: a character beyond 16 bits is two halves of three bytes each, and a zero takes two bytes.
fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    if let Ok(usual) = std::str::from_utf8(bytes) {
        return Some(Zeroizing::new(usual.to_owned()));
    }
    let mut units = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let low = |byte: &u8| (byte & 0xc0 == 0x80).then_some(u16::from(byte & 0x3f));
        let first = u16::from(*first);
        let (unit, after) = match after {
            after if first < 0x80 => (first, after),
            [second, after @ ..] if first & 0xe0 == 0xc0 => ((first & 0x1f) << 6 | low(second)?, after),
            [second, third, after @ ..] if first & 0xf0 == 0xe0 => {
                ((first & 0x0f) << 12 | low(second)? << 6 | low(third)?, after)
            }
            _ => return None,
        };
        units.push(unit);
        rest = after;
    }
    String::from_utf16(&units).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: u32, rest: &[u8]) -> Vec<u8> {
        let class = b"\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\0\x01F\0\x0aloadFactorxp\x3f\x40\0\0w\x08\0\0\0\x10";
        [HEAD, class, &pairs.to_be_bytes(), rest].concat()
    }

    #[test]
    fn texts_come_out_and_nothing_else() {
        let one = table(&with(1, b"t\0\x01at\0\x08\xed\xa0\xbd\xed\xb4\x91\xc0\x80x")).unwrap();
        assert_eq!((one[0].0.as_str(), one[0].1.as_str()), ("a", "\u{1f511}\0"));
        let long = table(&with(1, b"t\0\0|\0\0\0\0\0\0\0\x02\xc3\xa4x")).unwrap();
        assert_eq!((long[0].0.as_str(), long[0].1.as_str()), ("", "ä"));
        for rest in
            [&b""[..], b"t\0\x01a", b"t\0\x01asr", b"t\0\x01aq\0~\0\x02", b"t\0\x01at\xff\xffab", b"t\0\0t\0\x01\xed"]
        {
            assert_eq!(table(&with(1, rest)).err(), Some(NoTable::Broken));
        }
        assert_eq!(table(&with(1, b"t\0\0|\xff\xff\xff\xff\xff\xff\xff\xff")).err(), Some(NoTable::Broken));
        assert_eq!(table(&with(MOST_PAIRS as u32 + 1, b"")).err(), Some(NoTable::TooLarge));
        assert_eq!(table(b"").err(), Some(NoTable::Broken));
    }
}
