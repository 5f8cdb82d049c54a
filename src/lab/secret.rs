//! The wrong secret: an earlier one, another account's, one that was never confirmed.

use super::authenticator::Authenticator;
use super::clock::from_a_wrong_clock;
use super::fault::{Doubt, Fault};
use super::scene::{KnownBy, Listed, OTHER_PERSON, Scene};
use crate::case::{KnownEntry, Status};
use crate::entry::Entry;

pub(super) const FAULTS: &[Fault] = &[
    Fault { cause: "old-entry", with: None, codes: 1, codes_alone: None, play: old },
    Fault { cause: "wrong-entry", with: None, codes: 1, codes_alone: None, play: wrong },
    Fault { cause: "unconfirmed-enrolment", with: None, codes: 1, codes_alone: None, play: unconfirmed },
    Fault { cause: "rotated-during-enrolment", with: None, codes: 1, codes_alone: None, play: rotated },
    Fault { cause: "overwritten-entry", with: None, codes: 2, codes_alone: None, play: overwritten },
    Fault { cause: "restored-old-backup", with: None, codes: 2, codes_alone: None, play: restored },
    Fault { cause: "swapped-tokens", with: None, codes: 2, codes_alone: None, play: swapped },
    Fault { cause: "devices-disagree", with: None, codes: 2, codes_alone: None, play: disagreeing },
    Fault { cause: "old-entry", with: Some("device-clock-off"), codes: 2, codes_alone: None, play: old_and_clock },
    Fault { cause: "wrong-entry", with: Some("device-clock-off"), codes: 2, codes_alone: None, play: wrong_and_clock },
    UNKNOWN,
];

pub(super) const UNKNOWN: Fault =
    Fault { cause: "unknown", with: None, codes: 2, codes_alone: None, play: from_nowhere };

fn from(scene: &mut Scene<'_>, entry: Entry) -> Doubt {
    scene.read_off(&mut Authenticator::new(entry));
    None
}

/// An earlier enrolment: one that is on the phone anyway, or one more.
fn old(scene: &mut Scene<'_>) -> Doubt {
    let entry = old_one(scene);
    perhaps_unlisted(scene, &entry).or(from(scene, entry))
}

/// One time of twenty nobody thinks of the entry that was used.
fn perhaps_unlisted(scene: &mut Scene<'_>, entry: &Entry) -> Doubt {
    let forgotten = scene.rng.f64() < 0.05;
    if forgotten {
        scene.listed.retain(|listed| listed.known.entry.secret != entry.secret);
    }
    forgotten.then_some("the entry that was used is not on the list")
}

fn old_and_clock(scene: &mut Scene<'_>) -> Doubt {
    let entry = old_one(scene);
    from_a_wrong_clock(scene, entry)
}

fn old_one(scene: &mut Scene<'_>) -> Entry {
    let expected = &scene.service.expected;
    let earlier = |known: &&Entry| known.issuer == expected.issuer && known.secret != expected.secret;
    let found = scene.listed.iter().map(|listed| &listed.known.entry).find(earlier).cloned();
    found.unwrap_or_else(|| scene.earlier())
}

fn wrong(scene: &mut Scene<'_>) -> Doubt {
    let entry = other_account(scene);
    perhaps_unlisted(scene, &entry).or(from(scene, entry))
}

fn wrong_and_clock(scene: &mut Scene<'_>) -> Doubt {
    let entry = other_account(scene);
    from_a_wrong_clock(scene, entry)
}

fn other_account(scene: &mut Scene<'_>) -> Entry {
    let issuer = scene.service.expected.issuer.clone();
    let other = |known: &&Entry| known.issuer != issuer;
    let found = scene.listed.iter().map(|listed| &listed.known.entry).find(other).cloned();
    found.unwrap_or_else(|| scene.new_entry("Elsewhere", "me"))
}

/// A new enrolment was begun and never finished: the service still checks the one before.
fn unconfirmed(scene: &mut Scene<'_>) -> Doubt {
    let pending = scene.namesake();
    scene.list(pending.clone(), Some(Status::Pending));
    perhaps_unlisted(scene, &pending).or(from(scene, pending))
}

/// The page was loaded anew between scanning and typing.
fn rotated(scene: &mut Scene<'_>) -> Doubt {
    let expected = scene.service.expected.secret.clone();
    for listed in scene.listed.iter_mut().filter(|listed| listed.known.entry.secret == expected) {
        listed.known.status = Some(Status::Pending);
    }
    unconfirmed(scene)
}

/// Somebody else's account of the same label was scanned later, and the app kept only that.
fn overwritten(scene: &mut Scene<'_>) -> Doubt {
    scene.unlist();
    let theirs = scene.namesake();
    scene.list(theirs.clone(), Some(Status::Active)).known.owner = Some(OTHER_PERSON.to_owned());
    from(scene, theirs)
}

/// The phone was restored from a copy of long ago: its entries of two accounts have been replaced since.
fn restored(scene: &mut Scene<'_>) -> Doubt {
    scene.unlist();
    let issuer = scene.service.expected.issuer.clone();
    let first = scene.namesake();
    let second = scene.new_entry(&issuer, "second@example.org");
    for entry in [&first, &second] {
        scene.list(entry.clone(), Some(Status::Revoked));
    }
    from(scene, first);
    for one in scene.tries.iter_mut().skip(1).step_by(2) {
        one.typed = Authenticator::new(second.clone()).shows(one.at);
        one.entry = Some(second.secret.clone());
    }
    None
}

/// Two hardware tokens were handed to the wrong people.
fn swapped(scene: &mut Scene<'_>) -> Doubt {
    scene.unlist();
    let issuer = scene.service.expected.issuer.clone();
    let number = scene.rng.u32(10_000..99_999);
    let theirs = scene.new_entry(&issuer, &format!("token-{number}"));
    let owner = Some(OTHER_PERSON.to_owned());
    let known = KnownEntry { owner, status: Some(Status::Active), ..KnownEntry::from(theirs.clone()) };
    scene.listed.push(Listed { known, by: KnownBy::Service });
    from(scene, theirs)
}

/// The tablet was left out when the account was enrolled anew; its code was refused, and the phone's was taken.
fn disagreeing(scene: &mut Scene<'_>) -> Doubt {
    let stale = scene.namesake();
    scene.list(stale.clone(), Some(Status::Revoked)).known.device = Some("tablet".to_owned());
    let mut phone = scene.phone();
    scene.read_off(&mut phone);
    let mut tablet = Authenticator::new(stale);
    for (number, one) in scene.tries.iter_mut().enumerate() {
        one.sent = true;
        one.device = Some(if number % 2 == 0 { "tablet" } else { "phone" });
        if number % 2 == 0 {
            one.typed = tablet.shows(one.at - 5);
        }
    }
    None
}

/// The codes come from a secret that nobody listed.
fn from_nowhere(scene: &mut Scene<'_>) -> Doubt {
    let secret = scene.new_entry("Nobody", "nobody");
    from(scene, secret)
}
