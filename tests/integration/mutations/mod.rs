//! One fault at a time is put into the shipped knowledge, and `kb check` has to report it at its place.
//!
//! Each kind of fault is a slip that a docs writer makes: a letter too few, a line twice, a section that moved away.
//! A fault's place is the line that was changed; where the slip is in a name, also each line that the name is used in, and
//! where something is gone, the line of what it was in. Nothing is made easy: a kind is counted with all its sites.

mod logic;
mod markdown;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;
use otp_doctor::diagnostic::Diagnostic;
use otp_doctor::knowledge::{Compiled, Knowledge, Sources};
use otp_doctor::{probe, rehearse};

use crate::whole;

/// At most so many faults of a kind are tried, or a tenth of them.
const OF_A_KIND: usize = 120;
const SEED: u64 = 2026;

/// A slip in one file, and the lines at which a report of it is right.
pub(crate) struct Fault {
    kind: &'static str,
    path: String,
    text: String,
    lines: BTreeSet<(String, usize)>,
}

impl Fault {
    fn new(kind: &'static str, path: &str, text: String, lines: impl IntoIterator<Item = usize>) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            text,
            lines: lines.into_iter().map(|line| (path.to_owned(), line)).collect(),
        }
    }

    fn or_at(mut self, lines: impl IntoIterator<Item = (String, usize)>) -> Self {
        self.lines.extend(lines);
        self
    }

    fn sources(&self, shipped: &Sources) -> Sources {
        let mut sources = shipped.clone();
        sources.insert(self.path.clone(), self.text.clone());
        sources
    }

    fn is_named_by(&self, found: &[Diagnostic]) -> bool {
        found.iter().any(|one| self.lines.contains(&(one.place.path.clone(), one.place.line)))
    }
}

/// A letter dropped, doubled, or changed places with the next.
fn slip(word: &str, taken: impl Fn(&str) -> bool, rng: &mut Rng) -> Option<String> {
    for _ in 0..20 {
        let mut letters: Vec<char> = word.chars().collect();
        let at = rng.usize(..letters.len());
        match rng.u8(..3) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            _ if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => continue,
        }
        let slipped: String = letters.into_iter().collect();
        if slipped != word && !slipped.is_empty() && !taken(&slipped) {
            return Some(slipped);
        }
    }
    None
}

/// The text with one of its lines, counted from 1, replaced by others.
fn with_line(text: &str, number: usize, lines: &[String]) -> String {
    let mut out = String::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        if at + 1 == number {
            for line in lines {
                out.push_str(line);
                out.push('\n');
            }
        } else {
            out.push_str(line);
        }
    }
    out
}

/// What the checks of the text and of the scenarios' names say.
fn of_the_text(sources: &Sources) -> Vec<Diagnostic> {
    let Compiled { knowledge, mut diagnostics } = Knowledge::compile(sources, &probe::vocabulary());
    diagnostics.extend(rehearse::read(sources, &knowledge).1);
    diagnostics
}

/// How many of each kind were tried, and how many of them were reported where they are.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, (usize, usize)>, Vec<String>);

impl Tally {
    fn add(&mut self, fault: &Fault, found: &[Diagnostic]) {
        let (tried, right) = self.0.entry(fault.kind).or_default();
        *tried += 1;
        if fault.is_named_by(found) {
            *right += 1;
        } else {
            let own = found.iter().filter(|one| one.place.path == fault.path);
            let said: Vec<String> =
                own.take(3).map(|one| format!("{} {}: {}", one.code, one.place, one.message)).collect();
            self.1.push(format!(
                "{}: expected one of {:?}, found {said:?}",
                fault.kind,
                fault.lines.iter().take(4).collect::<Vec<_>>()
            ));
        }
    }

    fn total(&self) -> (usize, usize) {
        self.0.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    fn told(&self) -> String {
        let mut out = String::new();
        for (kind, (tried, right)) in &self.0 {
            let _ = writeln!(out, "{right:>5} of {tried:>5}  {kind}");
        }
        let (tried, right) = self.total();
        let _ = writeln!(out, "{right:>5} of {tried:>5}  in all");
        out
    }
}

/// A part of the faults of each kind, drawn by a seed.
fn drawn(faults: Vec<Fault>) -> Vec<Fault> {
    let mut by_kind: BTreeMap<&str, Vec<Fault>> = BTreeMap::new();
    for fault in faults {
        by_kind.entry(fault.kind).or_default().push(fault);
    }
    let mut rng = Rng::with_seed(SEED);
    let mut drawn = Vec::new();
    for (_, mut faults) in by_kind {
        rng.shuffle(&mut faults);
        drawn.extend(faults.into_iter().take(whole::of(OF_A_KIND)));
    }
    drawn
}

/// Every fault is put into the knowledge on its own, on as many threads as there are cores.
fn reports(faults: &[Fault], check: impl Fn(&Fault) -> Vec<Diagnostic> + Sync) -> Vec<Vec<Diagnostic>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((at, fault)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, faults.get(at)?)))
        {
            done.push((at, check(fault)));
        }
        done
    };
    let mut all: Vec<(usize, Vec<Diagnostic>)> = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, found)| found).collect()
}

fn assert_most_are_right(tally: &Tally) {
    let (tried, right) = tally.total();
    let share = right as f64 / tried as f64;
    assert!(share >= whole::at_least(0.97, tried), "{right} of {tried} at the right file and line");
}

#[test]
fn a_single_fault_is_reported_where_it_is() {
    let shipped = Sources::embedded();
    assert_eq!(of_the_text(&shipped), [], "the sound knowledge gives no warning");
    let mut rng = Rng::with_seed(SEED);
    let mut faults = yaml::faults(&shipped, &mut rng);
    faults.extend(markdown::faults(&shipped, &mut rng));
    let faults = drawn(faults);
    let mut tally = Tally::default();
    for (fault, found) in faults.iter().zip(reports(&faults, |fault| of_the_text(&fault.sources(&shipped)))) {
        tally.add(fault, &found);
    }
    eprintln!("{}\nnot where they are:\n{}", tally.told(), tally.1.join("\n"));
    let (tried, _) = tally.total();
    assert!(tried >= whole::of(2_000), "{tried} faults only");
    assert_most_are_right(&tally);
}

#[test]
fn a_single_fault_of_logic_is_reported_where_it_is() {
    let shipped = Sources::embedded();
    let faults = drawn(logic::faults(&shipped));
    let mut tally = Tally::default();
    for (fault, found) in faults.iter().zip(reports(&faults, |fault| logic::check(fault, &shipped))) {
        tally.add(fault, &found);
    }
    eprintln!("{}\nnot where they are:\n{}", tally.told(), tally.1.join("\n"));
    assert!(tally.total().0 >= whole::of(60), "{} faults only", tally.total().0);
    assert_most_are_right(&tally);
}
