//! `kb preview` and whoever means harm: every request is bounded, and only a browser that was sent by nobody else is answered.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::preview::{ARTICLE, Preview, picture};

/// Longer than a refusal takes, also on a busy machine: it needs neither the knowledge nor the disk.
const SOON: Duration = Duration::from_secs(4);
/// Longer than the server waits for anybody.
const AT_LAST: Duration = Duration::from_secs(15);

fn connected(preview: &Preview) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
    stream.set_read_timeout(Some(AT_LAST)).unwrap();
    stream.set_write_timeout(Some(AT_LAST)).unwrap();
    stream
}

/// All that is answered to these bytes.
fn said(preview: &Preview, bytes: &[u8]) -> String {
    let mut stream = connected(preview);
    // Whoever is refused early is not listened to any longer.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status of the answer, which has to come soon.
fn status(preview: &Preview, bytes: &[u8]) -> String {
    let begun = Instant::now();
    let answer = said(preview, bytes);
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    assert!(begun.elapsed() < SOON, "{shown}: {:?}", begun.elapsed());
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{shown}: {answer}");
    answer.split(' ').nth(1).unwrap().to_owned()
}

/// The address of the script, which costs nothing to answer, with these lines behind that of the host.
fn request(preview: &Preview, method: &str, lines: &str) -> Vec<u8> {
    format!("{method} /preview.js HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{lines}\r\n", preview.port).into_bytes()
}

#[test]
fn nothing_that_comes_with_a_request_is_waited_for() {
    let preview = Preview::start();
    let huge = "Content-Length: 99999999999999\r\n";
    for (lines, expected) in [
        ("", "200"),
        ("Content-Length: 0\r\n", "200"),
        (huge, "413"),
        ("Content-Length: 5\r\n", "413"),
        ("Content-Length: 18446744073709551616\r\n", "413"),
        ("Content-Length: -1\r\n", "400"),
        ("Content-Length: +5\r\n", "400"),
        ("Content-Length: five\r\n", "400"),
        ("Content-Length:\r\n", "413"),
        ("Content-Length: 0\r\nContent-Length: 0\r\n", "400"),
        ("Content-Length: 0\r\nContent-Length: 99999999999999\r\n", "400"),
        ("Transfer-Encoding: chunked\r\n", "413"),
        ("Transfer-Encoding: identity\r\nContent-Length: 0\r\n", "413"),
    ] {
        for method in ["GET", "HEAD", "POST"] {
            let bytes = request(&preview, method, lines);
            let expected = if method == "POST" && expected == "200" { "405" } else { expected };
            assert_eq!(status(&preview, &bytes), expected, "{method} {lines}");
        }
    }
    let foreign = format!("POST / HTTP/1.1\r\nHost: evil.example\r\n{huge}\r\nx");
    assert_eq!(status(&preview, foreign.as_bytes()), "413");
    let mut chunked = request(&preview, "POST", "Transfer-Encoding: chunked\r\n");
    chunked.extend_from_slice(b"ffffffffffffffff\r\nand so on\r\n0\r\n\r\n");
    assert_eq!(status(&preview, &chunked), "413");
    // A body that does come does not lose the answer.
    let mut sent = request(&preview, "POST", "Content-Length: 30000\r\n");
    sent.resize(sent.len() + 30_000, b'x');
    assert_eq!(status(&preview, &sent), "413");
}

#[test]
fn what_is_no_request_of_a_browser_is_refused() {
    let preview = Preview::start();
    let host = format!("Host: 127.0.0.1:{}\r\n", preview.port);
    for broken in [
        "GET /\r\n",
        "GET / HTTP/2.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}",
        "{\"json\": true}\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nX: \u{0}\r\n\r\n",
    ] {
        assert_eq!(status(&preview, broken.as_bytes()), "400", "{broken:?}");
    }
    for line in ["GET http://127.0.0.1/ HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT evil.example:80 HTTP/1.1"] {
        assert_eq!(status(&preview, format!("{line}\r\n{host}\r\n").as_bytes()), "400", "{line}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get"] {
        assert_eq!(status(&preview, &request(&preview, method, "")), "405", "{method}");
    }
    // Two requests in one: the first is answered, and the connection ends.
    let mut two = request(&preview, "GET", "Connection: keep-alive\r\n");
    two.extend(request(&preview, "GET", ""));
    assert_eq!(status(&preview, &two), "200");
    let whole = said(&preview, &request(&preview, "GET", ""));
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}\r\nConnection: close", body.len())), "{head}");
    assert_eq!(said(&preview, &request(&preview, "HEAD", "")), format!("{head}\r\n\r\n"));
}

#[test]
fn an_address_and_a_head_have_an_end() {
    let preview = Preview::start();
    let long = |length: usize| {
        let line = format!("GET /preview.js?{} HTTP/1.1\r\n", "x".repeat(length));
        format!("{line}Host: 127.0.0.1:{}\r\n\r\n", preview.port).into_bytes()
    };
    assert_eq!(status(&preview, &long(8_000)), "200");
    assert_eq!(status(&preview, &long(9_000)), "414");
    assert_eq!(status(&preview, &long(1_000_000)), "414");
    let cookies = format!("Cookie: {}\r\n", "x".repeat(20_000));
    assert_eq!(status(&preview, &request(&preview, "GET", &cookies)), "200");
    assert_eq!(status(&preview, &request(&preview, "GET", &cookies.repeat(2))), "431");
    assert_eq!(status(&preview, &request(&preview, "GET", &"X: y\r\n".repeat(70))), "431");
    // One that never ends is refused while it comes.
    let mut endless = connected(&preview);
    let begun = Instant::now();
    let _ = endless.write_all(b"GET / HTTP/1.1\r\nX: ");
    while endless.write_all(&[b'x'; 4096]).is_ok() {
        assert!(begun.elapsed() < SOON, "it is still read");
    }
}

#[test]
fn whoever_is_slow_keeps_nobody_from_the_page() {
    let preview = Preview::start();
    let held: Vec<TcpStream> = (0..200)
        .map(|number| {
            let mut stream = connected(&preview);
            let beginning: &[u8] = match number % 3 {
                0 => b"",
                1 => b"GET / HTTP/1.1\r\nHost",
                // It waits for a change.
                _ => &format!("GET /changes?seen= HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", preview.port).into_bytes(),
            };
            let _ = stream.write_all(beginning);
            stream
        })
        .collect();
    assert_eq!(status(&preview, &request(&preview, "GET", "")), "200");
    // A letter now and then does not lengthen the time.
    let (mut dripping, begun) = (connected(&preview), Instant::now());
    while dripping.write_all(b"G").is_ok() && begun.elapsed() < AT_LAST {
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(begun.elapsed() < AT_LAST, "it is still waited for");
    for (number, stream) in held.iter().enumerate().filter(|(number, _)| number % 3 != 2) {
        let is_open = stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        assert!(!is_open, "the connection {number} is still open");
    }
    // Somebody who has said all that they want to say is answered.
    let mut short = connected(&preview);
    short.write_all(&request(&preview, "GET", "")).unwrap();
    short.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    short.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn a_page_elsewhere_leads_nowhere() {
    let preview = Preview::start();
    let own = format!("http://127.0.0.1:{}", preview.port);
    let other = format!("http://127.0.0.1:{}", preview.port ^ 1);
    for (lines, expected) in [
        ("Sec-Fetch-Site: none".to_owned(), "200"),
        ("Sec-Fetch-Site: same-origin".to_owned(), "200"),
        (format!("Origin: {own}"), "200"),
        ("Sec-Fetch-Site: same-site".to_owned(), "403"),
        ("Sec-Fetch-Site: cross-site".to_owned(), "403"),
        ("Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site".to_owned(), "403"),
        ("Origin: null".to_owned(), "403"),
        ("Origin: https://evil.example".to_owned(), "403"),
        (format!("Origin: {other}"), "403"),
        (format!("Origin: {}", own.replace("http:", "https:")), "403"),
        (format!("Origin: {own}\r\nOrigin: {own}"), "403"),
    ] {
        assert_eq!(status(&preview, &request(&preview, "GET", &format!("{lines}\r\n"))), expected, "{lines}");
    }
    let named = |host: &str| status(&preview, format!("GET /preview.js HTTP/1.1\r\n{host}\r\n").as_bytes());
    let port = preview.port;
    assert_eq!(named(&format!("Host: LOCALHOST:{port}\r\n")), "200");
    for host in [
        format!("Host: localhost.:{port}\r\n"),
        format!("Host: 127.0.0.1.:{port}\r\n"),
        format!("Host: 127.0.0.1.evil.example:{port}\r\n"),
        format!("Host: rebound.example:{port}\r\n"),
        format!("Host: [::1]:{port}\r\n"),
        format!("Host: 127.0.0.1:{port}, evil.example\r\n"),
        format!("Host: x@127.0.0.1:{port}\r\n"),
        format!("Host: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n"),
        "Host: 0x7f000001\r\n".to_owned(),
        "Host:\r\n".to_owned(),
        String::new(),
    ] {
        assert_eq!(named(&host), "421", "{host:?}");
    }
}

#[test]
fn a_graph_is_drawn_once_in_whatever_words_it_is_asked_for() {
    let preview = Preview::start();
    let timed = |path: &str| {
        let begun = Instant::now();
        (preview.get(path), begun.elapsed())
    };
    let (first, drawing) = timed("/graph.svg?symptom=turn-off");
    let begun = Instant::now();
    for number in 0..40 {
        let words = format!("x={number}&symptom=turn-off&did=ask.a.b{number}&app=app{number}&article={number}");
        assert_eq!(preview.get(&format!("/graph.svg?{words}")), first);
    }
    let all = begun.elapsed();
    let (narrow, drawing_narrow) = timed("/graph.svg?symptom=turn-off&width=narrow");
    assert_ne!(narrow, first);
    let one = drawing.min(drawing_narrow);
    assert!(all < one * 10, "forty in {all:?}, and one in {one:?}");
}

#[test]
#[cfg(unix)]
fn a_picture_that_becomes_a_link_is_served_no_more() {
    use std::os::unix::fs::symlink;

    let preview = Preview::start();
    let outside = preview.place("../outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("a.svg"), picture("secret")).unwrap();
    let images = preview.place("articles/img");
    fs::create_dir(&images).unwrap();
    fs::write(images.join("a.svg"), picture("ours")).unwrap();
    preview.change(ARTICLE, "\n## ", "\n![A](img/a.svg)\n\n## ");
    let here = format!("127.0.0.1:{}", preview.port);
    preview.until("/", "the picture", |page| page.contains("/files/articles/img/a.svg?of="));

    // Asked for at once, the folder has not been read again.
    let away = images.with_extension("away");
    for _ in 0..5 {
        fs::rename(images.join("a.svg"), images.join("b.svg")).unwrap();
        symlink(outside.join("a.svg"), images.join("a.svg")).unwrap();
        assert!(!preview.asked("GET", "/files/articles/img/a.svg", &here).1.contains("secret"));
        fs::remove_file(images.join("a.svg")).unwrap();
        fs::rename(images.join("b.svg"), images.join("a.svg")).unwrap();

        fs::rename(&images, &away).unwrap();
        symlink(&outside, &images).unwrap();
        assert!(!preview.asked("GET", "/files/articles/img/a.svg", &here).1.contains("secret"));
        fs::remove_file(&images).unwrap();
        fs::rename(&away, &images).unwrap();
    }
    assert_eq!(preview.get("/files/articles/img/a.svg"), picture("ours"));
}
