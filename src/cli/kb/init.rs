use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::Exit;
use crate::cli::knowledge::Gathered;
use crate::cli::screen::Screen;
use crate::host;
use crate::knowledge::schema::{self, Kind};
use crate::knowledge::{Contact, Service};

/// `kb init`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What people call your service
    #[arg(long, value_name = "NAME")]
    service: String,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

/// The service whose words stand in until they are replaced.
const PATTERN: &str = "generic";

pub(super) fn run(arguments: &Arguments, screen: Screen) -> anyhow::Result<Exit> {
    let name = arguments.service.trim();
    let id = id_of(name);
    if id.is_empty() || name.len() > 60 || name.chars().any(char::is_control) {
        bail!("--service: expected the name of your service, such as “Harbour Bank”");
    }
    let knowledge = Gathered::built_in().compile().knowledge;
    let Some(pattern) = knowledge.services.get(PATTERN) else { bail!("the built-in knowledge has no service to copy") };
    let place = format!("services/{id}.yaml");
    let first_line = Kind::of(&place).map(|kind| schema::line_for(&place, kind)).unwrap_or_default();
    let path = arguments.out.join(place);
    host::write_new(&path, &format!("{first_line}\n{}", file(&id, name, pattern)))?;
    let schemas = arguments.out.join(schema::FOLDER);
    super::schema::write(&schemas)?;
    let (shown, folder) = (path.display(), arguments.out.display());
    screen.print(&format!(
        "{shown} is written, and {} for your editor.\n\
         Replace in the first what your screens call differently, then:\n  otp-doctor kb check {folder}\n",
        schemas.display()
    ))?;
    Ok(Exit::Good)
}

/// `Harbour Bank` as `harbour-bank`.
fn id_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// The text in quotes that YAML reads as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn file(id: &str, name: &str, pattern: &Service) -> String {
    let mut out = format!(
        "# What otp-doctor says about {name}. Everything but `service` and `verify-identity` may be left out:\n\
         # the generic words stand in for it. A text with a colon, a brace or a hash in it needs quotes.\n\
         schema: 1\nservice: {id}\nname: {}\n\n\
         # What your screens call things, as it reads within a sentence: open {{settings-page}}, choose {{reset-button}}.\nwords:\n",
        quoted(name)
    );
    for (word, generic) in &pattern.words {
        let _ = writeln!(out, "  {word}: {}", quoted(generic));
    }
    out.push_str(
        "\n# How many steps of 30 seconds the service accepts before and after the present one, if you know.\n\
         # window: { past: 1, future: 1 }\n\
         # How many wrong codes lock an account, if you know.\n# tries-before-lock: 10\n\
         # The form of your recovery codes, as a regular expression.\n# recovery-form: \"[a-z0-9]{5}-[a-z0-9]{5}\"\n\n\
         # Whom people turn to, and what they should have ready.\nescalate:\n",
    );
    for (role, Contact { says, bring }) in &pattern.escalate {
        let _ = writeln!(out, "  {role}:\n    says: {}\n    bring:", quoted(says));
        for thing in bring {
            let _ = writeln!(out, "      - {}", quoted(thing));
        }
    }
    let verify = pattern.verify_identity.as_deref().unwrap_or_default();
    let _ = write!(
        out,
        "\n# How your helpers make sure who is calling before they reset anything. Never ask for a code or a password.\n\
         verify-identity: {}\n",
        quoted(verify)
    );
    out
}
