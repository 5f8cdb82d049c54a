//! A verifier that finds out why it refused a code, and logs the cause and nothing else.
//!
//! ```sh
//! cargo run --example verifier -- examples/verifier/accounts.txt refused.ndjson < examples/verifier/logins.txt
//! otp-doctor triage refused.ndjson
//! ```
//!
//! A login is a line: the time by the clock of the node that answers, the node, the person, the code. A real service reads
//! its clock instead, and limits the tries of an account. The reply is one of two, and a diagnosis changes nothing of it:
//!
//! - **not its words**: “wrong code” is all that somebody who guesses may learn. Whether a code was nearly right, old or of
//!   somebody else is for the log.
//! - **not its time**: to find a cause takes milliseconds, and more of them the farther away the cause is, so the time of a
//!   reply would tell what its words keep back. The diagnosis runs on a thread of its own, after the reply is sent, and where
//!   that thread falls behind a diagnosis is left out: nobody waits for one.
//!
//! The log has no code and no secret, so that it may be kept and shown where a log of codes must not.

#![allow(clippy::disallowed_methods, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use chrono::DateTime;
use otp_doctor::case::{AtSource, Attempt, Case, Interval, Outcome, ServiceFacts, TypedCode};
use otp_doctor::engine;
use otp_doctor::entry::{self, Entry};
use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::otp::{Key, step};
use otp_doctor::probe;
use otp_doctor::report;
use otp_doctor::triage::Refusal;

/// Steps before and after its own that it accepts.
const WINDOW: i64 = 1;
const PERIOD: u32 = 30;
/// Refusals that may wait for a diagnosis.
const WAITING: usize = 64;
/// The credential that an unknown person is checked against, so that a reply takes as long as for a known one.
const DECOY: &str = "otpauth://totp/Lantern:nobody?secret=ZQ2VJQ4YHX3N5WZ7D6T2KCPRGM4BLUAE";

struct Account {
    app: String,
    entry: Entry,
    /// The step of the last code that was accepted: no code is good twice.
    last_used: Option<i64>,
}

/// One try to sign in.
struct Login {
    at: i64,
    node: String,
    person: String,
    code: String,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [accounts, log] = arguments.as_slice() else {
        eprintln!("expected the file of accounts and the file to log refusals in");
        return ExitCode::from(2);
    };
    let served = fs::read_to_string(accounts)
        .and_then(|accounts| serve(&accounts, io::stdin().lock(), &mut io::stdout(), File::create(log)?));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Answers every login, and logs why it refused one.
pub(crate) fn serve(
    accounts: &str,
    logins: impl BufRead,
    replies: &mut impl Write,
    log: impl Write + Send,
) -> io::Result<()> {
    let mut accounts = read_accounts(accounts)?;
    let mut decoy = account("nobody", DECOY)?;
    let (refused, to_diagnose) = sync_channel(WAITING);
    thread::scope(|scope| {
        let doctor = scope.spawn(move || diagnose_all(&to_diagnose, log));
        for line in logins.lines() {
            let login = read_login(&line?)?;
            let account = accounts.get_mut(&login.person).unwrap_or(&mut decoy);
            let last_used = account.last_used;
            let accepted = verify(account, &login);
            writeln!(replies, "{}", if accepted { "welcome" } else { "wrong code" })?;
            replies.flush()?;
            // From here on the person has the reply. A full channel drops the diagnosis and not the next login.
            if !accepted {
                let _ = refused.try_send(case(&login, account, last_used));
            }
        }
        drop(refused);
        doctor.join().unwrap_or_else(|_| Err(io::Error::other("the diagnosis broke off")))
    })
}

/// Whether the code is right. Every step of the window is computed and compared, whichever fits: neither the result nor
/// the place of a match changes how much work it is.
fn verify(account: &mut Account, login: &Login) -> bool {
    let digits = account.entry.digits;
    let well_formed = login.code.len() == usize::from(digits.get()) && login.code.bytes().all(|b| b.is_ascii_digit());
    // What is not a number of that length is no code, and is compared all the same.
    let typed = login.code.parse().ok().filter(|_| well_formed).unwrap_or(u64::MAX);
    let key = Key::new(account.entry.algorithm, &account.entry.secret);
    let now = step(login.at, PERIOD);
    let mut used = i64::MIN;
    for step in now - WINDOW..=now + WINDOW {
        let fits = key.code(step.unsigned_abs(), digits) ^ typed == 0;
        used = used.max([i64::MIN, step][usize::from(fits)]);
    }
    let accepted = used > account.last_used.unwrap_or(i64::MIN);
    account.last_used = if accepted { Some(used) } else { account.last_used };
    accepted
}

/// What the doctor is told: all that the service knows.
fn case(login: &Login, account: &Account, last_used_step: Option<i64>) -> Case {
    let at = Interval::instant(login.at);
    let mut attempt = Attempt::new(TypedCode::new(login.code.clone()), at, AtSource::Service, Outcome::Refused);
    attempt.node = Some(login.node.clone());
    let window = Some(WINDOW.unsigned_abs() as u32);
    let id = Some("login".to_owned());
    Case {
        person: Some(login.person.clone()),
        app: Some(account.app.clone()),
        expected: Some(account.entry.clone()),
        service: ServiceFacts { id, past: window, future: window, last_used_step, ..ServiceFacts::default() },
        attempts: vec![attempt],
        ..Case::default()
    }
}

/// Diagnoses until no more refusals come, and writes a line for each.
fn diagnose_all(refused: &Receiver<Case>, mut log: impl Write) -> io::Result<()> {
    let knowledge = Knowledge::compile(&Sources::embedded(), &probe::vocabulary()).knowledge;
    for case in refused {
        if let Ok(diagnosis) = engine::diagnose(&case, &knowledge) {
            writeln!(log, "{}", report::refusal(&Refusal::of(&case, &diagnosis)))?;
            log.flush()?;
        }
    }
    Ok(())
}

/// A line for each person: name, app, `otpauth` URI.
fn read_accounts(text: &str) -> io::Result<BTreeMap<String, Account>> {
    let lines = text.lines().map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [person, app, uri] => Ok((person.to_owned(), account(app, uri)?)),
        _ => Err(io::Error::other("expected a person, an app and an otpauth URI")),
    });
    lines.collect()
}

fn account(app: &str, uri: &str) -> io::Result<Account> {
    let entry = entry::read(uri).map_err(io::Error::other)?.entry;
    Ok(Account { app: app.to_owned(), entry, last_used: None })
}

fn read_login(line: &str) -> io::Result<Login> {
    let [at, node, person, code] = line.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(io::Error::other("expected a time, a node, a person and a code"));
    };
    let at = DateTime::parse_from_rfc3339(at).map_err(|_| io::Error::other("expected a time in RFC 3339"))?;
    let (node, person, code) = (node.to_owned(), person.to_owned(), code.to_owned());
    Ok(Login { at: at.timestamp(), node, person, code })
}
