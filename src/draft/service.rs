use std::fmt::Write as _;

use crate::knowledge::{Contact, Service, in_quotes};

/// `Harbour Bank` as `harbour-bank`.
pub fn id_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// The one file that a company needs, in the words of `pattern` until they are replaced.
pub fn service(id: &str, name: &str, pattern: &Service) -> String {
    let mut out = format!(
        "# What otp-doctor says about {name}. Everything but `service` and `verify-identity` may be left out:\n\
         # the generic words stand in for it. A text with a colon, a brace or a hash in it needs quotes.\n\
         schema: 1\nservice: {id}\nname: {}\n\n\
         # What your screens call things, as it reads within a sentence: open {{settings-page}}, choose {{reset-button}}.\nwords:\n",
        in_quotes(name)
    );
    for (word, generic) in &pattern.words {
        let _ = writeln!(out, "  {word}: {}", in_quotes(generic));
    }
    out.push_str(
        "\n# How many steps of 30 seconds the service accepts before and after the present one, if you know.\n\
         # window: { past: 1, future: 1 }\n\
         # How many wrong codes lock an account, if you know.\n# tries-before-lock: 10\n\
         # The form of your recovery codes, as a regular expression.\n# recovery-form: \"[a-z0-9]{5}-[a-z0-9]{5}\"\n\n\
         # Whom people turn to, and what they should have ready.\nescalate:\n",
    );
    for (role, Contact { says, bring }) in &pattern.escalate {
        let _ = writeln!(out, "  {role}:\n    says: {}\n    bring:", in_quotes(says));
        for thing in bring {
            let _ = writeln!(out, "      - {}", in_quotes(thing));
        }
    }
    let verify = pattern.verify_identity.as_deref().unwrap_or_default();
    let _ = write!(
        out,
        "\n# How your helpers make sure who is calling before they reset anything. Never ask for a code or a password.\n\
         verify-identity: {}\n",
        in_quotes(verify)
    );
    out
}
