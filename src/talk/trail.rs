//! What was said and done so far, each with what it was asked for.

use super::story::{Happened, story};
use super::{Answered, Talk};
use crate::session::Tried;

impl Talk<'_> {
    /// In order. What was changed stands where it stood first.
    pub fn trail(&self) -> Vec<Answered> {
        let mut is_first = true;
        let told = story(&self.session, &self.words, self.is_agent()).into_iter();
        let answered = |(at, happened)| {
            let (number, asked, said) = match happened {
                Happened::Trouble { title, .. } => {
                    let asked = if is_first { "choose-symptom" } else { "trouble-now" };
                    is_first = false;
                    (None, self.phrase(asked), title)
                }
                Happened::Said { asked, said, .. } => (Some(at), asked, said),
                Happened::Tried { title, result, .. } => (Some(at), title, self.phrase(result.phrase())),
                Happened::Verified(passed) => {
                    let said = self.phrase(if passed { "verify-yes" } else { "verify-no" });
                    (None, self.phrase("verify-question"), said)
                }
                Happened::Note(_) => return None,
            };
            // What cannot be asked again is told, and no more.
            let number = number.filter(|number| self.changed(*number).is_some());
            Some(Answered { number, asked, said })
        };
        told.filter_map(answered).collect()
    }
}

impl Tried {
    /// The phrase that says so.
    pub(crate) fn phrase(self) -> &'static str {
        match self {
            Self::Helped => "helped-yes",
            Self::Failed => "helped-no",
            Self::Later => "helped-later",
        }
    }
}
