//! A hand that types.

use fastrand::Rng;

/// A typing error as people make them: mostly one wrong digit, often two swapped. Never the code itself.
pub(super) fn mistype(rng: &mut Rng, code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    let n = digits.len();
    loop {
        let mut typed = digits.clone();
        let at = rng.usize(..n);
        match rng.u32(..100) {
            0..50 => typed[at] = char::from(b'0' + rng.u8(..10)),
            50..75 => typed.swap(at.min(n - 2), at.min(n - 2) + 1),
            75..88 => drop(typed.remove(at)),
            88..95 => typed.insert(at, digits[at]),
            _ => typed.rotate_left(n / 2),
        }
        let typed: String = typed.into_iter().collect();
        // A first zero left out is a fault of its own.
        if typed != code && !(typed.len() + 1 == n && code.strip_prefix('0') == Some(&typed)) {
            return typed;
        }
    }
}

/// What apps and keyboards add.
pub(super) fn decorate(rng: &mut Rng, code: &str) -> String {
    let half = code.len() / 2;
    match rng.u32(..5) {
        0 | 1 => format!("{} {}", &code[..half], &code[half..]),
        2 => format!("{}-{}", &code[..half], &code[half..]),
        3 => code.chars().map(|c| char::from_u32(u32::from(c) - u32::from('0') + 0xff10).unwrap_or(c)).collect(),
        _ if code.contains('0') => code.replace('0', "O"),
        _ => format!("{}\u{a0}{}", &code[..half], &code[half..]),
    }
}

/// The beginning of one code and the end of the next, changing over in the middle mostly.
pub(super) fn mix(rng: &mut Rng, first: &str, second: &str) -> String {
    let after = [1, 2, 2, 3, 3, 3, 3, 4, 4, 5][rng.usize(..10)];
    format!("{}{}", &first[..after], &second[after..])
}

pub(super) fn is_mixed(typed: &str, first: &str, second: &str) -> bool {
    typed.len() == first.len() && (1..first.len()).any(|at| typed[..at] == first[..at] && typed[at..] == second[at..])
}

/// The number of places in which two codes of one length differ.
pub(super) fn differing(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).filter(|(a, b)| a != b).count()
}

pub(super) fn recovery_code(rng: &mut Rng) -> String {
    let mut part =
        || (0..5).map(|_| char::from(b"abcdefghijkmnpqrstuvwxyz23456789"[rng.usize(..32)])).collect::<String>();
    format!("{}-{}", part(), part())
}
