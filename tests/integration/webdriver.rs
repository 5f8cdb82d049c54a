//! A window of a real browser, by the few calls of `WebDriver` (W3C) that the tests make.
//!
//! The one idea: each call is one request and waited for, so nothing here needs a runtime for asynchronous code.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::{Method, Request};

/// The name under which an element is told of.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Keys, as characters.
pub(crate) const TAB: char = '\u{e004}';
pub(crate) const ENTER: char = '\u{e007}';

/// A window that the driver has opened; it stays until it is closed, or the driver ends.
pub(crate) struct Window {
    agent: ureq::Agent,
    /// The address of the driver's session.
    session: String,
}

impl Window {
    /// Of the driver at that port of the loopback.
    pub(crate) fn open(port: u16, wanted: &Value) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        let mut window = Self { agent: config.build().into(), session: format!("http://127.0.0.1:{port}/session") };
        let opened = window.call(Method::POST, "", &json!({ "capabilities": { "alwaysMatch": wanted } }));
        window.session = format!("{}/{}", window.session, opened["sessionId"].as_str().unwrap());
        window
    }

    /// What the driver answers to a call; that it refuses one is a failure of the test.
    fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let place = format!("{method} {path} {body}");
        let body = if method == Method::POST { body.to_string() } else { String::new() };
        let request = Request::builder().method(method).uri(format!("{}{path}", self.session));
        let request = request.header("Content-Type", "application/json; charset=utf-8").body(body).unwrap();
        let mut answer = self.agent.run(request).unwrap_or_else(|error| panic!("{place}: {error}"));
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{place}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()["value"].take()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call(Method::POST, path, body)
    }

    pub(crate) fn goto(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    pub(crate) fn back(&self) {
        self.post("/back", &json!({}));
    }

    pub(crate) fn address(&self) -> String {
        self.call(Method::GET, "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    /// What the script returns.
    pub(crate) fn execute(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Clicks, as the mouse does, on what a selector of CSS finds first.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        self.post(&format!("/element/{}/click", found[ELEMENT].as_str().unwrap()), &json!({}));
    }

    /// Presses a key where the focus is.
    pub(crate) fn press(&self, key: char) {
        let focus = self.call(Method::GET, "/element/active", &Value::Null);
        self.post(&format!("/element/{}/value", focus[ELEMENT].as_str().unwrap()), &json!({ "text": key.to_string() }));
    }

    pub(crate) fn close(self) {
        self.call(Method::DELETE, "", &Value::Null);
    }
}
