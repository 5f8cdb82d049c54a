//! A small server for a browser on this computer.
//!
//! The one idea: one request a connection, and everything about it is bounded: its length, its time, and how many there are.
//! It reads no body, and it must not decide who is answered or what.

mod connection;
mod request;
mod visits;

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub use connection::Visitor;
pub use request::{HeaderValue, Unreadable, WebRequest};

use visits::{Visit, Visits};

/// How long the server rests where the system gives it no connection.
const REST: Duration = Duration::from_millis(50);

/// A port of this computer, which nobody outside of it can reach.
#[derive(Debug)]
pub struct WebServer {
    listener: TcpListener,
    port: u16,
}

/// What is sent back.
#[derive(Debug, Clone)]
pub struct WebAnswer {
    /// The status of HTTP.
    pub status: u16,
    /// Names and values, none of which may come of the request.
    pub headers: Vec<(&'static str, &'static str)>,
    /// Left out where only the head was asked for.
    pub body: Vec<u8>,
}

impl WebServer {
    /// Opens the port; 0 is any that is free.
    ///
    /// # Errors
    /// The system refused.
    pub fn open(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// The port that was opened.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers until the program ends, each connection on a thread of its own. Where there are more than a browser needs, the
    /// oldest is cut.
    pub fn serve(
        &self,
        answer: impl Fn(Result<&WebRequest, Unreadable>, &Visitor) -> WebAnswer + Send + Sync + 'static,
    ) {
        let (answer, visits) = (Arc::new(answer), Arc::new(Visits::default()));
        for stream in self.listener.incoming() {
            let Ok(stream) = stream else {
                thread::sleep(REST);
                continue;
            };
            let Some(visit) = Visits::begin(&visits, &stream) else { continue };
            let answer = Arc::clone(&answer);
            // Where there is no thread for it, the connection ends with what it would have been answered with.
            let _ = thread::Builder::new().spawn(move || receive(stream, visit, &*answer));
        }
    }
}

fn receive(stream: TcpStream, visit: Visit, answer: &dyn Fn(Result<&WebRequest, Unreadable>, &Visitor) -> WebAnswer) {
    let visitor = Visitor::new(stream, visit);
    let request = match visitor.request() {
        Ok(request) => request,
        // Whoever has gone is told nothing.
        Err(None) => return,
        Err(Some(unreadable)) => return visitor.send(&answer(Err(unreadable), &visitor), false),
    };
    visitor.send(&answer(Ok(&request), &visitor), request.method == "HEAD");
}
