//! The field for one-time codes of a password manager: a URI, a query of `KeeOTP`, or a bare secret.
//!
//! The one idea: what the field says of itself comes first, and the names beside it fill what it leaves empty.
//! It must not know any manager's names of fields.

use super::Found;
use super::intake::Intake;
use crate::diagnostic::Place;
use crate::entry::{self, Fields, Material, Type};

/// Whether what stands in such a field names its own parameters.
pub(super) fn tells_all(text: &str) -> bool {
    text.contains("://") || text.contains("key=")
}

/// Takes in what stands in such a field; `beside` is used where the field does not say.
pub(super) fn take<'i>(
    text: &str,
    beside: &Fields<'_>,
    place: Place,
    intake: &'i mut Intake<'_>,
) -> Option<&'i mut Found> {
    let text = text.trim();
    if !tells_all(text) {
        let secret = if beside.kind == Type::Motp { Material::Hexadecimal(text) } else { Material::Base32(text) };
        return intake.fields(&Fields { secret, ..*beside }, place);
    }
    let found = intake.entry(entry::read(text), place)?;
    let fill = |own: &mut String, name: &str| {
        if own.is_empty() {
            name.clone_into(own);
        }
    };
    fill(&mut found.entry.issuer, beside.issuer);
    fill(&mut found.entry.account, beside.account);
    Some(found)
}
