//! What entries tell before any code is typed, as a person or a program meets it.

use serde_json::{Value, json};

use crate::examples::{example, program};

fn run(arguments: &[&str], stdin: &str) -> (String, String, Option<i32>) {
    let output =
        program().current_dir(example("exports")).args(arguments).write_stdin(stdin.to_owned()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

const BACKUP: [&str; 4] = ["entries", "--password-file", "aegis-password.txt", "aegis.json"];

#[test]
fn what_stands_out_is_told_below_the_list() {
    let (out, _, code) = run(&BACKUP, "");
    assert_eq!(code, Some(0));
    let (_, below) = out.split_once("What stands out\n").unwrap();
    let flat = below.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        flat,
        "· Entries 1 and 3 are of one account, Example: alice@example.com, with different secrets: one at most is right. \
         New ones stand last here, so that is probably entry 3."
    );
}

#[test]
fn an_app_that_ignores_and_overwrites() {
    let arguments = [&BACKUP[..], &["--app", "microsoft-authenticator", "--json"]].concat();
    let (out, _, _) = run(&arguments, "");
    let listing: Value = serde_json::from_str(&out).unwrap();
    let seen: Vec<Value> = listing["oddities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|oddity| json!([oddity["id"], oddity["entries"], oddity["newest"]]))
        .collect();
    assert_eq!(
        seen,
        [
            json!(["same-account", [0, 2], null]),
            json!(["app-ignores", [1, 2], null]),
            json!(["app-ignores", [1], null]),
            json!(["app-ignores", [2], null]),
        ]
    );
    let said: Vec<&str> =
        listing["oddities"].as_array().unwrap().iter().filter_map(|oddity| oddity["message"].as_str()).collect();
    assert!(said[0].contains("Microsoft Authenticator keeps only one of that name"), "{said:?}");
    assert!(said[1].contains("is known to ignore the algorithm of entries 2 and 3, and to take SHA1"), "{said:?}");
    let (_, error, code) = run(&[&BACKUP[..], &["--app", "microsoft-authentcator"]].concat(), "");
    assert!(code == Some(2) && error.contains("did you mean `microsoft-authenticator`?"), "{error}");
}

#[test]
fn an_export_beside_the_qr_code_needs_no_code() {
    let (out, _, code) = run(&["diagnose", "--json", "--entry", "lantern.txt", "--entries", "2fas.json"], "");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!(
        (&answer["conclusion"], &answer["causes"][0]["cause"]),
        (&json!("confirmed"), &json!("mistyped-secret"))
    );
    assert_eq!(answer["evidence"][0]["source"], "entries");
    let (_, error, code) = run(&["diagnose", "--entry", "lantern.txt"], "");
    assert!(code == Some(2) && error.contains("no code; type one a line"), "the QR code alone tells nothing: {error}");
}

#[test]
fn two_files_side_by_side() {
    let server = "HOTP/E/6 4711 - ce4645090e43c21387c244 7d\n";
    let (out, _, _) = run(&["entries", "-"], server);
    assert!(out.is_empty(), "a secret in two words is none: {out}");
    let server = "HOTP/E/6 4711 - ce46450a0e43c2113cf34447d13d92832d4665b9 43 755224 2026-01-02T03:04:05L\n";
    let phone = "otpauth://hotp/Bank:4711?secret=ZZDEKCQOIPBBCPHTIRD5CPMSQMWUMZNZ&issuer=Bank&counter=43\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phone.txt");
    std::fs::write(&path, phone).unwrap();
    let (out, error, _) = run(&["entries", "--json", "-", path.to_str().unwrap()], server);
    let listing: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{error}"));
    assert_eq!(listing["oddities"][0]["id"], "counters-apart", "{out}");
    assert_eq!(listing["oddities"][0]["entries"], json!([0, 1]));
}

#[test]
fn a_file_that_cannot_be_opened_does_not_lose_the_others() {
    let (out, error, code) = run(&["entries", "nothing-here.json", "lantern.txt", "."], "");
    assert_eq!(code, Some(1), "{error}");
    assert!(out.contains("Lantern: sam@example.org"), "{out}");
    assert!(error.contains("nothing-here.json: error[IN017]: there is no such file"), "{error}");
    assert!(error.contains("a folder; name the files in it"), "{error}");
    let (_, error, code) = run(&["entries", "nothing-here.json"], "");
    assert!(code == Some(2) && error.contains("IN017"), "{error}");
}

#[test]
fn a_wrong_format_names_the_right_one() {
    let (_, error, code) = run(&["entries", "--format", "aegis", "2fas.json"], "");
    assert!(code == Some(2) && error.contains("its content is that of 2FAS; name no format"), "{error}");
    let (_, error, _) = run(&["entries", "aegis.json"], "");
    assert!(error.contains("give the password with --password-file or --password-stdin"), "{error}");
}

#[test]
fn which_entry_holds_the_secret() {
    let uri = |key: &str| format!("otpauth://totp/Lantern:sam%40example.org?secret={key}&issuer=Lantern");
    let entry = |key: &str, algorithm: &str| {
        json!({ "name": "Lantern", "secret": key,
                "otp": { "account": "sam@example.org", "issuer": "Lantern", "digits": 6, "period": 30, "algorithm": algorithm } })
    };
    let folder = tempfile::tempdir().unwrap();
    let (qr, export) = (folder.path().join("qr.txt"), folder.path().join("export.json"));
    let key = "T5EFR34FRGZK6Y64ZMQBTZFGFNX5AWZE";
    std::fs::write(&qr, uri(key)).unwrap();
    for (held, algorithm, said, cause) in [
        (key, "SHA1", "with the same algorithm, digits and period", None),
        (key, "SHA256", "with other parameters", Some("algorithm-ignored")),
        (key, "MD5", "with other parameters", Some("algorithm-ignored")),
        ("KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD", "SHA1", "no entry of the export holds", Some("old-entry")),
    ] {
        let services = json!([entry(held, algorithm)]);
        std::fs::write(&export, json!({ "services": services, "schemaVersion": 4 }).to_string()).unwrap();
        let files = [qr.to_str().unwrap(), export.to_str().unwrap()];
        let (out, error, _) = run(&["diagnose", "--json", "--entry", files[0], "--entries", files[1]], "");
        assert!(error.contains(said), "{error}");
        let answer: Value = serde_json::from_str(&out).unwrap();
        if let Some(cause) = cause {
            assert_eq!(answer["causes"][0]["cause"], cause, "{out}");
        }
    }
}

/// Three bytes are found in seconds by what a hash begins with.
#[test]
fn a_secret_that_can_be_tried_out_has_no_fingerprint() {
    // 24, 72 and 80 bits.
    for (secret, bits, shown) in [("MFRGG", 24, false), ("MFRGGZDFMZTWQ2LK", 80, true), ("MFRGGZDFMZTWQ2I", 72, false)]
    {
        let uri = format!("otpauth://totp/Example:me?secret={secret}&issuer=Example\n");
        let (out, _, _) = run(&["entries", "-"], &uri);
        let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
        let why = format!("secret of {bits} bits, too short for a fingerprint");
        assert_eq!(flat.contains(&why), !shown, "{out}");
        let (out, _, _) = run(&["entries", "--json", "-"], &uri);
        let listing: Value = serde_json::from_str(&out).unwrap();
        let entry = &listing["entries"][0];
        assert_eq!(entry["fingerprint"].is_string(), shown, "{out}");
        let why = entry["no_fingerprint"].as_str();
        assert_eq!(why.is_some_and(|why| why.contains(&format!("{bits} bits"))), !shown, "{out}");
    }
}
