//! What other programs wrote themselves (`tests/import/programs.py`) and is not opened, or is spoiled: it is told whose
//! fault it is, and the way out. That all else is read to what was put in, `imports` tests.

use std::fs;
use std::path::Path;

use otp_doctor::diagnostic::Severity;
use otp_doctor::import::{self, Imported};

fn bytes(sample: &str) -> Vec<u8> {
    fs::read(Path::new("tests/import").join(sample)).unwrap()
}

fn read(sample: &str) -> Imported {
    import::read(&bytes(sample), "file")
}

#[test]
fn what_is_closed_is_named_with_the_way_out() {
    for (sample, format, code, out) in [
        ("cotp/cotp-1.9.10.db.cotp", "cotp", import::PASSWORD_NEEDED, "password"),
        ("kdbx/keepassxc-2.7.4.kdbx", "KeePass", import::PASSWORD_NEEDED, "password"),
        ("kdbx/keepassxc-2.7.4-v4.kdbx", "KeePass", import::PASSWORD_NEEDED, "password"),
        ("andotp/otpclient-3.1.4.json.aes", "andOTP", import::PASSWORD_NEEDED, "password"),
        ("openpgp/pass-otp-1.2.0.gpg", "OpenPGP", import::CANNOT_DECRYPT, "gpg --decrypt"),
        // It has no mark, so that no format is named, but what it may be.
        ("otpclient/NewDatabase.enc", "text", import::NOT_UTF8, "in OTPClient choose Export"),
    ] {
        let name = import::recognised(&bytes(sample)).unwrap().name;
        assert!(name.contains(format), "{sample}: {name}");
        let imported = read(sample);
        let [problem] = imported.problems.as_slice() else { panic!("{sample}: {imported:?}") };
        assert!(imported.entries.is_empty() && problem.code == code, "{sample}: {problem}");
        assert!(problem.help.as_deref().unwrap_or_default().contains(out), "{sample}: {:?}", problem.help);
    }
}

#[test]
fn a_counter_that_pass_otp_spoiled_is_read_and_told() {
    let imported = read("pass/pass-otp-1.2.0-counted");
    let counters: Vec<_> = imported.entries.iter().map(|found| found.entry.counter()).collect();
    assert_eq!(counters, [Some(43)]);
    let [problem] = imported.problems.as_slice() else { panic!("{imported:?}") };
    assert_eq!((problem.severity, problem.place.line), (Severity::Warning, 3));
    assert!(
        problem.message.contains("pass-otp") && problem.help.as_deref().unwrap().contains("pass edit"),
        "{problem}"
    );
    // Before it showed a code, nothing was wrong.
    assert!(read("pass/pass-otp-1.2.0-hotp").problems.is_empty());
}

/// A title that is empty is not `KeePassXC`, but an entry may well be called so.
#[test]
fn names_that_keepassxc_puts_in_are_left_out() {
    let row = |title: &str, user: &str, uri: &str| {
        format!("\"Group\",\"Title\",\"Username\",\"TOTP\"\n\"Root\",\"{title}\",\"{user}\",\"{uri}\"\n")
    };
    let uri = "otpauth://totp/KeePassXC:none?secret=AGLHECZFEHOQEWPUHZGO47YF6X24HKAB&issuer=KeePassXC";
    for (title, user, wanted) in [("", "", ("", "")), ("KeePassXC", "none", ("KeePassXC", "none"))] {
        let imported = import::read(row(title, user, uri).as_bytes(), "file");
        let entry = &imported.entries[0].entry;
        assert_eq!((entry.issuer.as_str(), entry.account.as_str()), wanted);
    }
}

/// Whatever was written by them is there, and no sample says where it was written.
#[test]
fn nothing_of_the_machine_stands_in_them() {
    let mut seen = 0;
    for folder in fs::read_dir("tests/import").unwrap().map(|one| one.unwrap().path()).filter(|path| path.is_dir()) {
        for path in fs::read_dir(&folder).unwrap().map(|one| one.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let programs =
                ["cotp-", "keepassxc-", "otpclient-", "pass-otp-", "pskctool-", "python-pskc-", "google-auth"];
            if programs.iter().any(|program| name.starts_with(program)) && !name.ends_with(".expect.json") {
                let bytes = fs::read(&path).unwrap();
                assert!(bytes.len() < 20_000, "{name}");
                let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
                assert!(!["/tmp/", "/home/", "/root/"].into_iter().any(has), "{name}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 22, "{seen}");
}
