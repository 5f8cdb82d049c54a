use super::{Overview, moment};
use crate::report::Look;
use crate::speech::foreign;
use crate::triage::{CausePlace, Common, Group, Surge};
use crate::verdict::Conclusion;

impl Overview<'_> {
    /// A text for customers: what happens, since when, what to do and what not to do. It blames nobody.
    pub fn status(&self, look: Look) -> String {
        let paragraphs = match self.triage.lead() {
            Some(lead) => paragraphs(lead),
            None => vec![
                "We know of no trouble with codes that several people share.".to_owned(),
                "If your code is refused, wait for the next one and type it at once. If that does not help, contact us. We will never ask for a code, a QR code or a key.".to_owned(),
            ],
        };
        let filled: Vec<String> = paragraphs.iter().map(|one| textwrap::fill(one, look.width)).collect();
        filled.join("\n\n") + "\n"
    }
}

fn paragraphs(lead: &Group) -> Vec<String> {
    let since = lead.since.map_or_else(|| "at present".to_owned(), |at| format!("since {}", moment(at)));
    let refuses = |whose: &str| {
        format!("Signing in: {since} some codes of authenticator apps are refused although they are right. {whose}")
    };
    let help =
        "If you cannot wait, use a recovery code, or contact us. We will never ask for a code, a QR code or a key.";
    let keep = "Please stay signed in where you are, delete no entry of your app, and set nothing up again.";
    let told = match &lead.common {
        Common::Shift(shift) if shift.zone && !shift.is_uneven() || shift.cause() == "device-clock-off" => vec![
            format!("Signing in: {since} codes of some authenticator apps are refused. The clocks of our service and of some devices differ, and we are finding out which of them it is."),
            "What you can do: see that your device sets its date, time and time zone by itself.".to_owned(),
            keep.to_owned(),
        ],
        Common::Shift(shift) => {
            let again = if shift.is_uneven() { " A second try, with a fresh code, may succeed." } else { "" };
            vec![
                refuses(if lead.conclusion() == Conclusion::Confirmed {
                    "A clock of ours is wrong; you did nothing wrong, and your device is fine."
                } else {
                    "It seems that a clock of ours is wrong, and we are looking into it; you did nothing wrong."
                }),
                format!("What you can do: wait until we report that it is mended, then sign in with a fresh code.{again}"),
                format!("Please do not change the clock of your device. {}", keep.replacen("Please stay", "Stay", 1)),
            ]
        }
        Common::Place { place: CausePlace::App, name, .. } => vec![
            format!("Signing in: {since} codes of the app {} are refused. It is between that app and us; you did nothing wrong, and other apps are not affected.", foreign::plain(name)),
            "What you can do: if you have another way of signing in, use it for now. We will report here what to do about the app.".to_owned(),
            keep.to_owned(),
        ],
        Common::Place { place: CausePlace::Node | CausePlace::Network, .. }
        | Common::Surge(Surge { place: Some((CausePlace::Node, _)), .. }) => vec![
            refuses("Some part between you and our service does not work as it should; you did nothing wrong."),
            "What you can do: try again with a fresh code; a second try may succeed.".to_owned(),
            keep.to_owned(),
        ],
        Common::Guessing { .. } | Common::Spraying { .. } => vec![
            "Signing in with a code works. We limit the tries on an account when we see too many.".to_owned(),
            "If you are told to wait, please wait, and then sign in with a fresh code.".to_owned(),
        ],
        Common::Surge(_) | Common::Cause { .. } | Common::Nothing => vec![
            format!("Signing in: {since} more codes than usual are refused. Many people see the same, and we are looking into it."),
            "What you can do: wait for the next code and type it at once.".to_owned(),
            keep.to_owned(),
        ],
    };
    told.into_iter().chain([help.to_owned()]).collect()
}
