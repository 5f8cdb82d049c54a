//! `kb preview`: the page by plain HTTP, and as people use it, in headless Chromium.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::webdriver::{ENTER, TAB, Window};

/// A change has to be there within a second; a busy machine gets a little more.
const SOON: Duration = Duration::from_secs(3);
pub(crate) const ARTICLE: &str = "articles/two-factor.md";
pub(crate) const SYMPTOM: &str = "symptoms/invalid-code.yaml";
const SERVICE: &str = "services/generic.yaml";

/// The program, serving the page of a folder.
pub(crate) struct Preview {
    program: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
}

impl Preview {
    /// Of a folder with an article, a symptom and the words of a service in it, as they are built in.
    pub(crate) fn start() -> Self {
        Self::of(&[ARTICLE, SYMPTOM, SERVICE].map(|path| (path, built_in(path))))
    }

    /// Of a folder with these files in it.
    pub(crate) fn of(files: &[(&str, String)]) -> Self {
        Self::with(files, &[])
    }

    /// Of such a folder, with these options.
    pub(crate) fn with(files: &[(&str, String)], options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let help = folder.path().join("help");
        for (path, text) in files {
            let to = help.join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, text).unwrap();
        }
        let mut program = Command::new(assert_cmd::cargo::cargo_bin!("otp-doctor"));
        program.args(["kb", "preview", "--port", "0"]).args(options).arg(&help).stdout(Stdio::piped());
        let mut program = program.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let port = said.trim().trim_end_matches('/').rsplit(':').next().and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no address: {said:?}"));
        Self { program, port, folder }
    }

    fn address(&self, rest: &str) -> String {
        format!("http://127.0.0.1:{}{rest}", self.port)
    }

    /// The answer to a request, head and body.
    pub(crate) fn asked(&self, method: &str, path: &str, host: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        (head.to_owned(), body.to_owned())
    }

    pub(crate) fn get(&self, path: &str) -> String {
        let (head, body) = self.asked("GET", path, &format!("127.0.0.1:{}", self.port));
        assert!(head.contains(" 200 "), "{path}: {head}");
        body
    }

    /// The page, as soon as something holds of it.
    pub(crate) fn until(&self, path: &str, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let page = self.get(path);
            if holds(&page) {
                return page;
            }
            assert!(begun.elapsed() < SOON, "{what}: it never came; the page says:\n{page}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn is_there(&self, path: &str) -> bool {
        let (head, _) = self.asked("GET", path, &format!("127.0.0.1:{}", self.port));
        assert!(head.contains(" 200 ") || head.contains(" 404 "), "{path}: {head}");
        head.contains(" 200 ")
    }

    /// A place in the folder.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.folder.path().join("help").join(path)
    }

    /// Changes a file of the folder.
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let path = self.place(path);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
}

/// A file of the knowledge that is built in.
pub(crate) fn built_in(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge").join(path)).unwrap()
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn only_this_computer_is_answered_and_the_page_may_do_little() {
    let preview = Preview::start();
    for host in [format!("127.0.0.1:{}", preview.port), format!("localhost:{}", preview.port)] {
        let (head, body) = preview.asked("GET", "/", &host);
        assert!(head.contains(" 200 "), "{host}: {head}");
        let policy = head.lines().find(|line| line.starts_with("Content-Security-Policy: ")).unwrap();
        assert!(policy.contains("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert!(head.contains("X-Content-Type-Options: nosniff") && head.contains("Cache-Control: no-store"));
        assert!(!body.contains("<style") && !body.contains(" style=") && !body.contains(" onclick"), "{body}");
        assert_eq!(body.matches("<script").count(), 1, "our own, from a file");
    }
    for host in ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""] {
        let (head, body) = preview.asked("GET", "/", host);
        assert!(head.contains(" 421 "), "{host}: {head}");
        assert!(!body.contains("<html"), "{host}");
    }
    let here = format!("127.0.0.1:{}", preview.port);
    assert!(preview.asked("POST", "/", &here).0.contains(" 405 "));
    for path in [
        "/nothing",
        "/files/",
        "/files/../Cargo.toml",
        "/files/articles/two-factor.md",
        "/files/%2e%2e/kb.yaml",
        "/graph.svg/x",
    ] {
        assert!(preview.asked("GET", path, &here).0.contains(" 404 "), "{path}");
    }
}

#[test]
fn the_page_as_people_get_it_follows_too() {
    let files = [ARTICLE, SYMPTOM, SERVICE].map(|path| (path, built_in(path)));
    // Modules of another build will do: it is a browser that would run them.
    let engine = tempfile::tempdir().unwrap();
    for module in ["talks.wasm", "reads.wasm"] {
        fs::write(engine.path().join(module), b"\0asm").unwrap();
    }
    let preview = Preview::with(&files, &["--engine", engine.path().to_str().unwrap()]);
    assert!(preview.get("/?symptom=lost-codes").contains("href=\"/page/#lost-codes\""));
    let here = format!("127.0.0.1:{}", preview.port);
    let (head, body) = preview.asked("GET", "/page/", &here);
    assert!(head.contains("frame-ancestors 'none'") && head.contains("text/html"), "{head}");
    assert!(body.contains("src=\"page.js\"") && body.contains("My code is said to be invalid"), "{body}");
    assert!(preview.get("/page/de.html").contains("lang=\"de\""));
    assert!(preview.asked("GET", "/page/talks.wasm", &here).0.contains("application/wasm"));
    assert!(preview.get("/page/page.js").contains("serviceWorker"));
    // Nothing keeps it in the browser: a writer looks at the newest.
    assert!(!preview.is_there("/page/offline.js"));
    preview.change(ARTICLE, "## ", "## Quite new: ");
    preview.until("/page/", "the change", |page| page.contains("Quite new: "));

    // Who has no modules is told where they come from.
    let nowhere = tempfile::tempdir().unwrap();
    let preview = Preview::with(&files, &["--engine", nowhere.path().to_str().unwrap()]);
    let (head, body) = preview.asked("GET", "/page/", &format!("127.0.0.1:{}", preview.port));
    assert!(head.contains(" 404 ") && body.contains("page/build"), "{head}\n{body}");
}

#[test]
fn the_page_is_a_function_of_the_files_and_the_address() {
    let preview = Preview::start();
    let page = preview.get("/?symptom=invalid-code");
    for shown in [
        "My code is said to be invalid",
        "Where was the code refused?",
        "value=\"ask.where.signing-in\"",
        "id=\"graph\"",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("{service}"), "a placeholder is left");
    assert_eq!(page, preview.get("/?symptom=invalid-code"));
    // What an address says is not trusted.
    let hostile = preview.get("/?symptom=<b>&did=ask.where.<script>alert(1)</script>&article=%3Cscript%3E&app=%00");
    assert_eq!(hostile.matches("<script").count(), 1, "{hostile}");
    assert!(preview.get("/graph.svg?symptom=invalid-code").starts_with("<svg "));
    let script = preview.get("/?symptom=turn-off&as=script.turn-off");
    assert!(script.contains("<b>Say</b>"), "{script}");

    // Whoever waits is told once something has changed.
    let digest = page.split("data-digest=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| preview.get(&format!("/changes?seen={digest}")));
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        preview.change(SYMPTOM, "schema: 1", "schema: 1\nno-such-key: 1");
        assert_ne!(waiting.join().unwrap(), digest);
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    });
    let of_key = |page: &str| page.contains("no-such-key") && page.contains("invalid-code.yaml:");
    let flawed = preview.until("/?symptom=invalid-code", "the flaw", of_key);
    assert!(flawed.contains("Where was the code refused?"), "a flaw beside the question takes it away: {flawed}");
}

/// A picture (SVG) that says something.
pub(crate) fn picture(text: &str) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>{text}</title></svg>")
}

#[test]
fn a_picture_is_shown_as_it_is_now_and_none_from_outside() {
    let preview = Preview::start();
    let outside = preview.folder.path().join("secret.svg");
    fs::write(&outside, picture("secret")).unwrap();
    fs::create_dir(preview.place("articles/img")).unwrap();
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/preview.png"), preview.place("articles/img/page.png")).unwrap();
    for name in ["the phone.svg", ".hidden.svg"] {
        fs::write(preview.place("articles/img").join(name), picture("before")).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, preview.place("articles/img/link.svg")).unwrap();
    preview.change(ARTICLE, "\n## ", "\n![A phone](img/the%20phone.svg) ![A page](img/page.png)\n\n## ");

    let address = |page: &str| {
        let (_, rest) = page.split_once("src=\"/files/articles/img/the%20phone.svg").unwrap();
        format!("/files/articles/img/the%20phone.svg{}", rest.split_once('"').unwrap().0)
    };
    let page = preview.until("/", "the pictures", |page| page.contains("/files/articles/img/page.png?of="));
    let first = address(&page);
    assert_eq!(preview.get(&first), picture("before"));
    let (head, _) = preview.asked("GET", "/files/articles/img/page.png", &format!("127.0.0.1:{}", preview.port));
    assert!(head.contains(" 200 ") && head.contains("Content-Type: image/png"), "{head}");

    fs::write(preview.place("articles/img/the phone.svg"), picture("behind")).unwrap();
    let page = preview.until("/", "the new picture", |page| address(page) != first);
    assert_eq!(preview.get(&address(&page)), picture("behind"));
    assert!(page.contains("articles/img/the phone.svg has changed"), "{page}");

    for path in [
        "/files/articles/img/link.svg",
        "/files/articles/img/.hidden.svg",
        "/files/%2e%2e/secret.svg",
        "/files/articles/%2e%2e/%2e%2e/secret.svg",
        "/files/articles/../../secret.svg",
        "/files/articles/img/../img/page.png",
    ] {
        assert!(!preview.is_there(path), "{path}");
    }
}

#[test]
fn a_folder_that_is_away_is_told_and_nothing_is_called_sound_meanwhile() {
    let preview = Preview::start();
    preview.change(ARTICLE, "## ", "## Written while it was there: ");
    preview.until("/", "a change before that", |page| page.contains("Written while it was there: "));
    let (help, away) = (preview.place(""), preview.folder.path().join("away"));
    fs::rename(&help, &away).unwrap();
    let page = preview.until("/", "the trouble", |page| page.contains("What is shown is out of date."));
    assert!(page.contains("My code is said to be invalid"), "{page}");
    assert!(page.contains(">the files cannot be read now</p>") && !page.contains("is sound"), "{page}");
    fs::rename(&away, &help).unwrap();
    preview.until("/", "the folder", |page| !page.contains("out of date"));
    preview.change(ARTICLE, "## ", "## Freshly written: ");
    preview.until("/", "a change after that", |page| page.contains("Freshly written: "));
}

#[test]
fn the_session_knows_the_app_that_was_chosen() {
    let preview = Preview::start();
    let table = "schema: 1\nsymptom: table\nheading: two-factor.md#invalid-code\ndecide: first-match\n\
        remedies:\n  fresh-code: { text: two-factor.md#fresh-code, effort: minute }\n\
        outcomes:\n  - { when: { app.new-entries: bottom }, remedy: fresh-code, escalate: support }\n  \
        - { otherwise: true, escalate: support }\n";
    fs::write(preview.place("symptoms/table.yaml"), table).unwrap();
    let tried = "value=\"try.fresh-code.helped\"";
    preview.until("/?symptom=table&app=aegis", "a row that rests on the app", |page| page.contains(tried));
    let any = preview.get("/?symptom=table");
    assert!(any.contains("The session ends here.") && !any.contains(tried), "{any}");
}

#[test]
fn answers_and_a_script_stay_with_their_trouble() {
    let preview = Preview::start();
    let way = "<ol class=\"trail\"";
    let answered = preview.get("/?symptom=invalid-code&did=ask.where.signing-in");
    assert!(answered.contains(way) && answered.contains("name=\"answered\" value=\"invalid-code\""), "{answered}");
    // Another trouble chosen, and Show pressed, where no script runs in the browser.
    let sent = "did=ask.where.signing-in&answered=invalid-code&symptom=turn-off&as=script.invalid-code&app=&article=";
    let other = preview.get(&format!("/?{sent}"));
    assert!(!other.contains(way), "{other}");
    assert!(other.contains("<link rel=\"canonical\" href=\"/?symptom=turn-off&amp;as=agent\">"), "{other}");
    assert!(other.contains("<option value=\"agent\" selected>"), "{other}");

    // A writer in the middle of a change does not lose the answers to another trouble.
    let sound = fs::read(preview.place(SYMPTOM)).unwrap();
    fs::write(preview.place(SYMPTOM), "schema: 1\nsymptom: [\n").unwrap();
    let address = "/?symptom=invalid-code&did=ask.where.signing-in";
    let broken = preview.until(address, "the flaw", |page| page.contains("There is no sound trouble invalid-code."));
    assert!(broken.contains("<option value=\"invalid-code\" selected>"), "{broken}");
    assert!(broken.contains("name=\"did\" value=\"ask.where.signing-in\""), "{broken}");
    fs::write(preview.place(SYMPTOM), sound).unwrap();
    preview.until(address, "the way so far", |page| page.contains(way));
}

#[test]
fn a_port_that_is_taken_and_a_folder_that_is_not_there_are_told() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let told = |arguments: &[&str]| {
        let run = crate::examples::program().args(["kb", "preview"]).args(arguments).output().unwrap();
        assert_eq!(run.status.code(), Some(2));
        String::from_utf8(run.stderr).unwrap()
    };
    assert!(told(&["--port", &port]).contains("--port: the page cannot be opened there"));
    assert!(told(&["no-such-folder"]).contains("no-such-folder"));
    assert!(told(&["--lang", "xx"]).contains("--lang"));
    assert!(told(&["--service", "no-such-service"]).contains("no service of that name is known"));
}

/// Chromium through its driver; `None` where there is none, and the reason was told.
struct Browser {
    script: Child,
    port: u16,
}

impl Browser {
    fn start() -> Option<Self> {
        let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/chromium.sh");
        let started =
            Command::new("bash").args([script, &port.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut script) = started else {
            eprintln!("SKIPPED: a real browser: no bash to start it with");
            return None;
        };
        let mut said = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut said).unwrap();
        if let Some(reason) = said.strip_prefix("skipped: ") {
            eprintln!("SKIPPED: a real browser: {reason}");
            return None;
        }
        assert_eq!(said, "ready\n", "chromium.sh");
        Some(Self { script, port })
    }

    /// A window, this wide, light or dark.
    fn window(&self, width: u32, dark: bool) -> Window {
        let scheme = format!("--blink-settings=preferredColorScheme={}", u8::from(!dark));
        let args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", &scheme];
        let metrics = json!({ "width": width, "height": 900, "pixelRatio": 1.0, "touch": false });
        let options = json!({ "args": args, "mobileEmulation": { "deviceMetrics": metrics } });
        Window::open(self.port, &json!({ "browserName": "chrome", "goog:chromeOptions": options }))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

fn number(window: &Window, script: &str) -> i64 {
    window.execute(&format!("return {script};")).as_i64().unwrap()
}

fn text(window: &Window, script: &str) -> String {
    window.execute(&format!("return {script};")).as_str().unwrap_or_default().to_owned()
}

/// Waits until something holds on the page; tells how long that took.
fn until(window: &Window, what: &str, script: &str) -> Duration {
    let begun = Instant::now();
    while !window.execute(&format!("return Boolean({script});")).as_bool().unwrap() {
        let shown = text(window, "document.body.innerText");
        assert!(begun.elapsed() < SOON, "{what}: it never came; the page says:\n{shown}");
        std::thread::sleep(Duration::from_millis(20));
    }
    begun.elapsed()
}

const STEP: &str = "document.getElementById('step').textContent";
const WAY: &str = "(document.querySelector('.trail') || {}).textContent";

#[test]
fn in_a_browser() {
    let Some(browser) = Browser::start() else { return };
    let preview = Preview::start();
    let light = browser.window(1280, false);
    an_answer_leads_on_and_a_change_keeps_it(&light, &preview);
    a_late_reply_changes_nothing(&light, &preview);
    by_the_keyboard_alone(&light, &preview);
    let ground = "getComputedStyle(document.documentElement).backgroundColor";
    let bright = text(&light, ground);
    light.close();

    let phone = browser.window(360, true);
    phone.goto(&preview.address("/?symptom=invalid-code&did=ask.where.signing-in"));
    let wide = "document.documentElement.scrollWidth";
    assert_eq!(number(&phone, "window.innerWidth"), 360);
    assert!(number(&phone, wide) <= 360, "it scrolls to the side");
    assert_ne!(text(&phone, ground), bright, "it is not dark");
    // What can be done comes before what can be read.
    assert!(
        number(&phone, "Math.round(document.getElementById('session').getBoundingClientRect().top)")
            < number(&phone, "Math.round(document.getElementById('article').getBoundingClientRect().top)")
    );
    phone.close();
}

fn an_answer_leads_on_and_a_change_keeps_it(window: &Window, preview: &Preview) {
    window.goto(&preview.address("/?symptom=invalid-code"));
    assert_eq!(text(window, STEP), "Where was the code refused?");
    assert!(text(window, "document.getElementById('article').textContent").contains("My code is said to be invalid"));
    until(window, "the graph", "document.querySelector('#graph img').naturalWidth > 300");

    // The checks that take longer may have come in meanwhile, which is shown as a change.
    assert_ne!(text(window, "document.getElementById('status').className"), "gone");
    window.click("button[value='ask.where.signing-in']");
    until(window, "the next question", &format!("{STEP} !== 'Where was the code refused?'"));
    assert!(text(window, WAY).contains("While signing in"));
    assert!(window.address().split_once('?').unwrap().1.contains("did=ask.where.signing-in"));
    let question = text(window, STEP);

    // An article changes: the page has it, and the answer is still there.
    window.execute("window.same = true;");
    preview.change(ARTICLE, "## ", "## Freshly written: ");
    let took = until(window, "the change", "document.body.textContent.includes('Freshly written: ')");
    eprintln!("the page had the change after {took:?}");
    assert!(text(window, WAY).contains("While signing in"));
    assert_eq!(text(window, STEP), question);
    until(window, "the same page", "window.same === true");

    // A label changes: the way so far says it in the new words.
    preview.change(SYMPTOM, "While signing in", "While I sign in");
    until(window, "the new words", &format!("{WAY}.includes('While I sign in')"));

    // A flaw stands at the top with its line, and goes once it is mended.
    preview.change(SYMPTOM, "schema: 1", "schema: 1\nno-such-key: 1");
    until(window, "the flaw", "document.getElementById('flaws').textContent.includes('invalid-code.yaml:')");
    preview.change(SYMPTOM, "schema: 1\nno-such-key: 1", "schema: 1");
    until(window, "no flaw", "!document.getElementById('flaws').textContent.includes('no-such-key')");
    until(window, "the answer", &format!("{WAY}.includes('While I sign in')"));

    // Back, in the page and in the browser.
    window.click("form.back button");
    until(window, "the first question", &format!("{STEP} === 'Where was the code refused?'"));
    window.back();
    until(window, "the second question", &format!("{STEP} !== 'Where was the code refused?'"));
}

/// Two answers, one right after the other: the reply to the first comes last.
fn a_late_reply_changes_nothing(window: &Window, preview: &Preview) {
    window.goto(&preview.address("/?symptom=invalid-code"));
    let slow = "const fetched = window.fetch; \
        window.fetch = async (address, ...rest) => { \
          const answer = await fetched(address, ...rest); \
          if (!String(address).includes('ask.where.signing-in')) return answer; \
          await new Promise((done) => setTimeout(done, 700)); \
          setTimeout(() => { window.late = true; }, 200); \
          return answer; };";
    window.execute(slow);
    let press = "for (const answer of ['signing-in', 'setting-up']) \
        document.querySelector(`button[value='ask.where.${answer}']`).click();";
    window.execute(press);
    until(window, "the second answer", &format!("{WAY}?.includes('While setting')"));
    until(window, "the late reply", "window.late");
    assert!(text(window, WAY).contains("While setting"));
    assert!(window.address().split_once('?').unwrap().1.contains("ask.where.setting-up"));
    // What stands at the top follows a change, too.
    preview.change(SERVICE, "name: ", "name: Harbour, that is ");
    until(window, "the new name", "document.querySelector('h1').textContent.includes('Harbour')");
}

/// Tab and Enter lead through a whole session, and what has the focus is always seen.
fn by_the_keyboard_alone(window: &Window, preview: &Preview) {
    window.goto(&preview.address("/?symptom=turn-off"));
    for _ in 0..12 {
        if text(window, "document.getElementById('session').textContent").contains("The session ends here") {
            return;
        }
        let before = text(window, "location.search");
        let mut on_answer = false;
        for _ in 0..60 {
            window.press(TAB);
            on_answer =
                window.execute("return Boolean(document.activeElement.closest('.answers'));").as_bool().unwrap();
            if on_answer {
                break;
            }
        }
        assert!(on_answer, "no answer is reached by the keyboard");
        let outline = text(window, "getComputedStyle(document.activeElement).outlineStyle");
        assert_eq!(outline, "solid", "the focus is not seen");
        window.press(ENTER);
        until(window, "the next step", &format!("location.search !== {before:?}"));
        // Who answered goes on from there, not from the top of the page.
        until(
            window,
            "the focus on the step",
            "document.activeElement.id === 'step' || !document.querySelector('.answers')",
        );
    }
    panic!("the session does not end: {}", text(window, "document.getElementById('session').textContent"));
}
