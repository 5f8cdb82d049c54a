//! How often the diagnosis is right, on 2,000 cases of each kind from the laboratory, or a tenth of them (`whole.rs`). It fails if that slips.

use otp_doctor::knowledge::{Knowledge, Sources};
use otp_doctor::lab::{Level, Recipe};
use otp_doctor::rehearse::{Accuracy, Study, measure};

use crate::whole;

const CASES: usize = 2_000;
const SEED: u64 = 20_260_101;

pub(crate) fn knowledge() -> Knowledge {
    let compiled = Knowledge::compile(&Sources::embedded(), &otp_doctor::probe::vocabulary());
    assert_eq!(compiled.diagnostics, []);
    compiled.knowledge
}

fn measured(codes: usize, level: Level) -> Accuracy {
    let accuracy = measure(&knowledge(), &Study::new(Recipe { codes, level }, whole::of(CASES), SEED)).unwrap();
    eprintln!("{codes} codes, {level:?}: {accuracy:?}");
    assert!(accuracy.confirms_honestly(), "{accuracy:?}");
    assert!(accuracy.confirmed > 0, "never confirming is as wrong as confirming wrongly");
    accuracy
}

#[test]
fn two_codes_with_the_services_secret() {
    let accuracy = measured(2, Level::L2);
    let cases = whole::of(CASES);
    assert!(accuracy.total.first as f64 >= whole::at_least(0.985, cases) * cases as f64, "{accuracy:?}");
    assert!(accuracy.total.first_share() >= whole::at_least(0.985, accuracy.total.identifiable), "{accuracy:?}");
    assert!(accuracy.total.confirmed_share() >= whole::at_least(0.9, accuracy.total.identifiable), "{accuracy:?}");
    assert!(accuracy.wide_confirmed > whole::of(100), "two codes confirm what one cannot: {accuracy:?}");
}

#[test]
fn one_code_with_the_services_secret() {
    let accuracy = measured(1, Level::L2);
    assert_eq!(accuracy.wide_confirmed, 0, "one code of a wide search can be luck");
    assert!(accuracy.total.first_share() >= whole::at_least(0.985, accuracy.total.identifiable), "{accuracy:?}");
}

#[test]
fn two_codes_without_the_services_secret() {
    let accuracy = measured(2, Level::L1);
    assert_eq!(accuracy.old_entry_confirmed, 0, "nothing shows what the service holds");
    assert!(accuracy.total.first_share() >= whole::at_least(0.985, accuracy.total.identifiable), "{accuracy:?}");
    assert!(accuracy.total.confirmed_share() >= whole::at_least(0.9, accuracy.total.identifiable), "{accuracy:?}");
}

#[test]
fn one_code_without_the_services_secret() {
    let accuracy = measured(1, Level::L1);
    assert_eq!(accuracy.old_entry_confirmed, 0, "nothing shows what the service holds");
    assert_eq!(accuracy.wide_confirmed, 0, "one code of a wide search can be luck");
}
