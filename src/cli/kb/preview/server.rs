//! Answers a browser on this computer.
//!
//! The one idea: every answer is a function of the newest reading and the address. It must not answer anybody who comes by
//! another name than this computer's own: a page elsewhere could have that name lead here, and read along.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tiny_http::{Header, Method, Request, Response, Server};

use super::address::Wanted;
use super::desk::Desk;
use super::{page, picture};
use crate::rehearse::{self, Crowd};
use crate::report;

/// How long somebody who waits for a change is kept waiting before they have to ask again.
const PATIENCE: Duration = Duration::from_secs(25);
/// Simulated people of a graph: enough to see a path that one of a hundred takes.
const PEOPLE: usize = 2_000;
const SEED: u64 = 1;
/// Places that fewer come to are left out of it.
const LEAST: usize = 60;
/// How wide it is, in pixels: beside a desk, and on a phone.
const WIDE: u32 = 960;
const NARROW: u32 = 330;

/// No script, style or picture but our own, nothing within the text of the page, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A picture brings its own style, and must not do anything else.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const STYLE: &str = include_str!("preview.css");
const SCRIPT: &str = include_str!("preview.js");
const ICON: &str = include_str!("icon.svg");

/// What is sent back.
struct HttpAnswer {
    status: u16,
    kind: &'static str,
    policy: &'static str,
    body: Vec<u8>,
}

/// Everything that an answer is made from.
pub(super) struct Front {
    pub(super) desk: Desk,
    /// The names by which a browser on this computer comes here.
    names: Vec<String>,
    /// Graphs that were drawn of the newest reading, by address.
    graphs: Mutex<(String, BTreeMap<String, String>)>,
}

impl Front {
    pub(super) fn new(desk: Desk, port: u16) -> Self {
        Self { desk, names: names(port), graphs: Mutex::default() }
    }
}

/// A browser leaves out the port that is the usual one of all pages.
fn names(port: u16) -> Vec<String> {
    let own = ["127.0.0.1", "localhost"];
    let bare = own.iter().filter(|_| port == 80).map(|name| (*name).to_owned());
    own.iter().map(|name| format!("{name}:{port}")).chain(bare).collect()
}

/// Answers until the program ends, each request on a thread of its own: some wait for a change.
pub(super) fn serve(front: &Arc<Front>, server: &Server) {
    for request in server.incoming_requests() {
        let front = Arc::clone(front);
        thread::spawn(move || answer(&front, request));
    }
}

fn answer(front: &Front, request: Request) {
    let host = request.headers().iter().find(|header| header.field.equiv("Host")).map(|header| header.value.as_str());
    let answer = if host.is_none_or(|host| !front.names.iter().any(|name| name == host)) {
        HttpAnswer::plain(421, "this page is for this computer only: open it by the address that was printed")
    } else if !matches!(request.method(), Method::Get | Method::Head) {
        HttpAnswer::plain(405, "there is nothing to be sent here")
    } else {
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        route(front, path, query)
    };
    // A browser that has gone meanwhile is no trouble.
    let _ = request.respond(answer.response());
}

fn route(front: &Front, path: &str, query: &str) -> HttpAnswer {
    match path {
        "/" => HttpAnswer::of("text/html; charset=utf-8", page::html(&front.desk.newest(), &Wanted::read(query))),
        "/preview.css" => HttpAnswer::of("text/css; charset=utf-8", STYLE.to_owned()),
        "/preview.js" => HttpAnswer::of("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        "/icon.svg" => HttpAnswer::picture("image/svg+xml", ICON.as_bytes().to_vec()),
        "/changes" => {
            let seen = query.strip_prefix("seen=").unwrap_or_default();
            HttpAnswer::of("text/plain; charset=utf-8", front.desk.other_than(seen, PATIENCE).digest())
        }
        "/graph.svg" => {
            let narrow = query.split('&').any(|pair| pair == "width=narrow");
            graph(front, &Wanted::read(query), if narrow { NARROW } else { WIDE })
        }
        _ => match path.strip_prefix("/files/") {
            Some(file) => {
                let file = percent_decode_str(file).decode_utf8_lossy();
                match picture::content(&front.desk.newest().gathered, &file) {
                    Some((kind, content)) => HttpAnswer::picture(kind, content),
                    None => HttpAnswer::plain(404, "there is no such picture"),
                }
            }
            None => HttpAnswer::plain(404, "there is nothing here"),
        },
    }
}

fn graph(front: &Front, wanted: &Wanted, width: u32) -> HttpAnswer {
    let reading = front.desk.newest();
    let Some(symptom) = page::symptom(&reading, wanted) else {
        return HttpAnswer::plain(404, "there is no such trouble");
    };
    let key = format!("{} {width}", wanted.address(&symptom.id));
    let drawn = |front: &Front| {
        let mut graphs = front.graphs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if graphs.0 != reading.knowledge.digest {
            *graphs = (reading.knowledge.digest.clone(), BTreeMap::new());
        }
        graphs.1.get(&key).cloned()
    };
    let svg = drawn(front).unwrap_or_else(|| {
        let crowd = Crowd { mode: wanted.mode(), people: PEOPLE, seed: SEED, least: LEAST };
        let words = page::words(&reading, wanted);
        let graph = rehearse::graph(&reading.knowledge, symptom, crowd);
        let svg = report::graph::svg(&graph.said(|text| crate::speech::fill(text, &words)), width);
        let mut graphs = front.graphs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if graphs.0 == reading.knowledge.digest {
            graphs.1.insert(key.clone(), svg.clone());
        }
        svg
    });
    HttpAnswer::picture("image/svg+xml", svg.into_bytes())
}

impl HttpAnswer {
    fn of(kind: &'static str, body: String) -> Self {
        Self { status: 200, kind, policy: POLICY, body: body.into_bytes() }
    }

    fn picture(kind: &'static str, body: Vec<u8>) -> Self {
        Self { status: 200, kind, policy: PICTURE_POLICY, body }
    }

    fn plain(status: u16, text: &str) -> Self {
        Self { status, kind: "text/plain; charset=utf-8", policy: POLICY, body: format!("{text}\n").into_bytes() }
    }

    fn response(self) -> Response<std::io::Cursor<Vec<u8>>> {
        let headers = [
            ("Content-Type", self.kind),
            ("Content-Security-Policy", self.policy),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ];
        let mut response = Response::from_data(self.body).with_status_code(self.status);
        for header in headers.into_iter().filter_map(|(name, value)| Header::from_bytes(name, value).ok()) {
            response.add_header(header);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_browser_may_leave_out_the_usual_port_and_no_other() {
        assert_eq!(names(80), ["127.0.0.1:80", "localhost:80", "127.0.0.1", "localhost"]);
        assert_eq!(names(8417), ["127.0.0.1:8417", "localhost:8417"]);
    }
}
