//! Who is answered.
//!
//! The one idea: only a browser on this computer that was sent here by its user or by the page itself. It must not answer
//! anybody who comes by another name than this computer's own, since a page elsewhere could have that name lead here, nor
//! anybody of whom the browser says that a page elsewhere has sent them.

use super::server::HttpAnswer;
use crate::host::{HeaderValue, Unreadable, WebRequest};

/// The names by which a browser on this computer comes here.
pub(super) struct Gate {
    names: Vec<String>,
}

impl Gate {
    /// A browser leaves out the port that is the usual one of all pages.
    pub(super) fn new(port: u16) -> Self {
        let own = ["127.0.0.1", "localhost"];
        let bare = own.iter().filter(|_| port == 80).map(|name| (*name).to_owned());
        Self { names: own.iter().map(|name| format!("{name}:{port}")).chain(bare).collect() }
    }

    /// Nothing, if the request is to be answered.
    ///
    /// # Errors
    /// What is answered in place of it.
    pub(super) fn pass(&self, request: &WebRequest) -> Result<(), HttpAnswer> {
        if !matches!(request.header("host"), HeaderValue::Once(name) if self.is_own(name)) {
            return Err(HttpAnswer::plain(
                421,
                "this page is for this computer only: open it by the address that was printed",
            ));
        }
        if !self.is_sent_from_here(request) {
            return Err(HttpAnswer::plain(
                403,
                "another page leads here, and is not answered: type or paste the address into the browser",
            ));
        }
        if !["GET", "HEAD"].contains(&request.method.as_str()) {
            return Err(HttpAnswer::plain(405, "there is nothing to be sent here"));
        }
        Ok(())
    }

    /// What a request is answered with that cannot be read.
    pub(super) fn refused(why: Unreadable) -> HttpAnswer {
        let text = match why {
            Unreadable::Broken => "expected a request as browsers write it",
            Unreadable::Body => "there is nothing to be sent here",
            Unreadable::LongAddress => "the address is too long",
            Unreadable::LongHead => "the request is too long",
            Unreadable::Slow => "the request did not come in time",
        };
        HttpAnswer::plain(why.status(), text)
    }

    fn is_own(&self, name: &str) -> bool {
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether the browser names no other page, not even one of another port of this computer. One that is old says nothing.
    fn is_sent_from_here(&self, request: &WebRequest) -> bool {
        let site = match request.header("sec-fetch-site") {
            HeaderValue::Absent => true,
            HeaderValue::Once(site) => ["same-origin", "none"].contains(&site),
            HeaderValue::Unclear => false,
        };
        let origin = match request.header("origin") {
            HeaderValue::Absent => true,
            HeaderValue::Once(origin) => origin.strip_prefix("http://").is_some_and(|name| self.is_own(name)),
            HeaderValue::Unclear => false,
        };
        site && origin
    }
}

#[cfg(test)]
mod tests {
    use super::Gate;

    #[test]
    fn a_browser_may_leave_out_the_usual_port_and_no_other() {
        assert_eq!(Gate::new(80).names, ["127.0.0.1:80", "localhost:80", "127.0.0.1", "localhost"]);
        assert_eq!(Gate::new(8417).names, ["127.0.0.1:8417", "localhost:8417"]);
    }
}
