//! All scenarios at once, those that retell public threads apart from the others.
//!
//! The one idea: a test of the knowledge has to come true, while what people once concluded is a measure: it is counted,
//! and a miss is told, not failed. Whoever mends the knowledge for one of them makes the measure worthless.

use super::Scenario;
use super::run::run;
use crate::knowledge::Knowledge;

/// Where the scenarios that retell public threads stand among the sources.
pub const REPORTED: &str = "scenarios/reported/";

impl Scenario {
    /// Whether it retells a public thread, so that a difference is counted and does not fail.
    pub fn is_reported(&self) -> bool {
        self.place.path.starts_with(REPORTED)
    }
}

/// How scenarios came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally<'a> {
    /// Those that were run.
    pub of: Vec<&'a Scenario>,
    /// Those that did not come to what they expect, in the order given.
    pub misses: Vec<Miss<'a>>,
}

/// A scenario that did not come to what it expects.
#[derive(Debug, Clone, PartialEq)]
pub struct Miss<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What differs, each with what was expected and what it came to.
    pub differs: Vec<String>,
}

/// How all scenarios came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal<'a> {
    /// The tests of the knowledge: a miss is a failure.
    pub tests: Tally<'a>,
    /// The public threads retold: a miss is only counted.
    pub reported: Tally<'a>,
}

impl Tally<'_> {
    /// How many came to what they expect.
    pub fn right(&self) -> usize {
        self.of.len() - self.misses.len()
    }
}

/// Runs every scenario.
pub fn rehearse<'a>(scenarios: &'a [Scenario], knowledge: &Knowledge) -> Rehearsal<'a> {
    let tally = |reported: bool| {
        let mut tally = Tally { of: Vec::new(), misses: Vec::new() };
        for scenario in scenarios.iter().filter(|one| one.is_reported() == reported) {
            tally.of.push(scenario);
            let differs = run(scenario, knowledge);
            tally.misses.extend((!differs.is_empty()).then_some(Miss { scenario, differs }));
        }
        tally
    };
    Rehearsal { tests: tally(false), reported: tally(true) }
}

/// The thread that a file of reported scenarios cites in the comments at its top, `# Thread: owner/repository#number`.
pub fn thread(text: &str) -> Option<&str> {
    let mut comments = text.lines().take_while(|line| line.starts_with('#'));
    let cited = comments.find_map(|line| line.strip_prefix("# Thread: "))?;
    let (repository, number) = cited.split_once('#')?;
    let (owner, name) = repository.split_once('/')?;
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    (is_name(owner) && is_name(name) && is_number).then_some(cited)
}

#[cfg(test)]
mod tests {
    use super::thread;

    #[test]
    fn a_thread_is_a_repository_and_a_number() {
        assert_eq!(thread("# Thread: someone/osf.io#884\n# more\n"), Some("someone/osf.io#884"));
        assert_eq!(thread("# yaml-language-server: x\n# Thread: a/b#1\n- scenario: c\n"), Some("a/b#1"));
        let broken = [
            "",
            "- a: b\n# Thread: a/b#1",
            "# Thread: osf.io#884",
            "# Thread: a/b",
            "# Thread: a/b#",
            "# Thread: a/b/c#1",
            "a/b#1",
        ];
        for text in broken {
            assert_eq!(thread(text), None, "{text}");
        }
    }
}
