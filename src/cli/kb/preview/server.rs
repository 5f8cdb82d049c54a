//! Answers a browser on this computer.
//!
//! The one idea: every answer is a function of the newest reading and the address. Who is answered at all is decided before
//! anything else, and it must not keep what somebody asks for.

use std::sync::Arc;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::address::Wanted;
use super::desk::Desk;
use super::gate::Gate;
use super::graphs::Graphs;
use super::page;
use super::published::Published;
use crate::host::{Visitor, WebAnswer, WebServer};

/// How often somebody who waits for a change is kept waiting before they have to ask again, and how long each time before it
/// is seen whether they are still there.
const TURNS: usize = 25;
const TURN: Duration = Duration::from_secs(1);

/// No script, style or picture but our own, nothing within the text of the page, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A picture brings its own style, and must not do anything else.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Where the page as people get it lies.
pub(super) const PUBLISHED: &str = "/page/";

const STYLE: &str = include_str!("preview.css");
const SCRIPT: &str = include_str!("preview.js");
const ICON: &str = include_str!("icon.svg");

/// What is sent back.
pub(super) struct HttpAnswer {
    status: u16,
    kind: &'static str,
    policy: &'static str,
    body: Vec<u8>,
}

/// Everything that an answer is made from.
pub(super) struct Front {
    pub(super) desk: Desk,
    gate: Gate,
    graphs: Graphs,
    published: Published,
}

impl Front {
    pub(super) fn new(desk: Desk, published: Published, port: u16) -> Self {
        Self { desk, gate: Gate::new(port), graphs: Graphs::default(), published }
    }
}

/// Answers until the program ends.
pub(super) fn serve(front: &Arc<Front>, server: &WebServer) {
    let front = Arc::clone(front);
    server.serve(move |request, visitor| {
        let request = match request {
            Err(why) => return Gate::refused(why).sent(),
            Ok(request) => request,
        };
        if let Err(refused) = front.gate.pass(request) {
            return refused.sent();
        }
        let (path, query) = request.address.split_once('?').unwrap_or((&request.address, ""));
        match path.strip_prefix(PUBLISHED) {
            Some(file) => front.published.answer(&front.desk.newest(), file),
            None => route(&front, path, query, visitor).sent(),
        }
    });
}

fn route(front: &Front, path: &str, query: &str, visitor: &Visitor) -> HttpAnswer {
    match path {
        "/" => HttpAnswer::of("text/html; charset=utf-8", page::html(&front.desk.newest(), &Wanted::read(query))),
        "/preview.css" => HttpAnswer::of("text/css; charset=utf-8", STYLE.to_owned()),
        "/preview.js" => HttpAnswer::of("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        "/icon.svg" => HttpAnswer::picture("image/svg+xml", ICON.as_bytes().to_vec()),
        "/changes" => {
            let seen = query.strip_prefix("seen=").unwrap_or_default();
            HttpAnswer::of("text/plain; charset=utf-8", changed(&front.desk, seen, visitor))
        }
        "/graph.svg" => match front.graphs.svg(&front.desk.newest(), query, || visitor.is_gone()) {
            Some(svg) => HttpAnswer::picture("image/svg+xml", svg.into_bytes()),
            None => HttpAnswer::plain(404, "there is no such trouble"),
        },
        _ => match path.strip_prefix("/files/") {
            Some(file) => match front.desk.picture(&percent_decode_str(file).decode_utf8_lossy()) {
                Some((kind, content)) => HttpAnswer::picture(kind, content),
                None => HttpAnswer::plain(404, "there is no such picture"),
            },
            None => HttpAnswer::plain(404, "there is nothing here"),
        },
    }
}

/// The digest of another reading than the one that was seen, once there is one; else of the same.
fn changed(desk: &Desk, seen: &str, visitor: &Visitor) -> String {
    let turns = (0..TURNS).map(|_| desk.other_than(seen, TURN).digest());
    let mut newest = seen.to_owned();
    for digest in turns {
        newest = digest;
        if newest != seen || visitor.is_gone() {
            break;
        }
    }
    newest
}

impl HttpAnswer {
    fn of(kind: &'static str, body: String) -> Self {
        Self { status: 200, kind, policy: POLICY, body: body.into_bytes() }
    }

    fn picture(kind: &'static str, body: Vec<u8>) -> Self {
        Self { status: 200, kind, policy: PICTURE_POLICY, body }
    }

    pub(super) fn plain(status: u16, text: &str) -> Self {
        Self { status, kind: "text/plain; charset=utf-8", policy: POLICY, body: format!("{text}\n").into_bytes() }
    }

    pub(super) fn sent(self) -> WebAnswer {
        let mut headers = vec![
            ("Content-Type", self.kind),
            ("Content-Security-Policy", self.policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ];
        headers.extend(Some(("Allow", "GET, HEAD")).filter(|_| self.status == 405));
        WebAnswer { status: self.status, headers, body: self.body }
    }
}
