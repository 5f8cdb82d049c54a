//! A conversation held by whoever does anything at all.

use std::sync::LazyLock;

use otp_doctor::case::{ClockReading, Interval, TypedCode};
use otp_doctor::readers;
use otp_doctor::session::{Mode, Session, Standing, Tried};
use otp_doctor::talk::{Answered, Block, Input, Means, NoFile, NoServiceClock, Now, Prompt, Talk};

use super::super::KNOWLEDGE;
use super::super::verdict::assert_sound;

/// More is not done in one conversation.
const MOST: usize = 60;
const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
static EXPORT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let uri = |account: &str, key: &str| format!("otpauth://totp/Lantern:{account}?secret={key}&issuer=Lantern\n");
    [uri("sam", KEY), uri("sam", "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U")].concat().into_bytes()
});

/// Bytes, one after the other; 0 once there are no more.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn choice<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let at = usize::from(self.next());
        of.get(at % of.len().max(1)).cloned()
    }
}

/// All that a face shows.
type Shown = (Vec<Block>, Prompt, Vec<Answered>, Option<String>);

fn shown(talk: &Talk<'_>) -> Shown {
    let view = talk.view();
    let standing = |one: &Standing<'_>| format!("{one:?}");
    // The number of a job is another one each time.
    let prompt = match view.prompt.clone() {
        Prompt::Working { .. } => Prompt::Working { id: 0 },
        prompt => prompt,
    };
    (view.said.to_vec(), prompt, view.trail.clone(), view.standing.map(standing))
}

pub(super) fn talk(data: &[u8]) {
    let mut bytes = Bytes(data);
    let kind = bytes.next();
    let mode = if kind & 1 == 0 { Mode::Person } else { Mode::Agent };
    let mut session = Session::new(&KNOWLEDGE, mode, None, None);
    if kind & 2 != 0
        && let Some(script) = bytes.choice(&KNOWLEDGE.scripts.values().collect::<Vec<_>>())
    {
        session = Session::new(&KNOWLEDGE, Mode::Agent, None, None).led_by(script);
    }
    let reference = (kind & 4 != 0).then(|| "time.example".to_owned());
    let means =
        Means { live: kind & 8 == 0, material: kind & 16 == 0, apps: kind & 32 == 0, reference, times: kind & 64 == 0 };
    let mut talk = Talk::new(session, means);
    let mut now = Now { millis: 1_700_000_000_000 };
    talk.begin(now);
    for _ in 0..MOST {
        if bytes.0.is_empty() {
            break;
        }
        now.millis += i64::from(bytes.next()) * 200;
        // A file in work is read before anything else, or something comes between.
        let from = bytes.0;
        step(&mut talk, &mut bytes, from, now);
        if let Some(verdict) = talk.session().verdict() {
            assert_sound(verdict);
        }
    }
    let again = Session::resume(&KNOWLEDGE, talk.transcript().clone());
    assert_eq!(again.next(), talk.session().next(), "a transcript leads to the same place");
}

/// Does one thing: a complaint leaves everything as it was, and going back leads to the view before it.
fn step<'a>(talk: &mut Talk<'_>, bytes: &mut Bytes<'a>, from: &'a [u8], now: Now) {
    let before = shown(talk);
    let input = input(talk, bytes);
    // What nobody did, nobody undoes.
    let by_itself = matches!(
        input,
        Input::Back
            | Input::Forget
            | Input::Read { .. }
            | Input::Waited
            | Input::Reference { .. }
            | Input::ServiceClock { .. }
    );
    if talk.take(input, now).is_err() {
        assert!(shown(talk) == before, "a complaint has changed something: {:?}", before.1);
        return;
    }
    if by_itself {
        return;
    }
    let after = shown(talk);
    assert!(talk.take(Input::Back, now).is_ok(), "there is no way back to {:?}", before.1);
    let back = shown(talk);
    assert!(back == before, "back leads elsewhere:\n{back:?}\n{before:?}");
    let again = self::input(talk, &mut Bytes(from));
    assert!(talk.take(again, now).is_ok(), "what was done cannot be done again");
    assert!(shown(talk) == after, "done again, it comes to something else");
}

fn input(talk: &Talk<'_>, bytes: &mut Bytes<'_>) -> Input {
    let prompt = talk.prompt();
    let which = bytes.next();
    // Mostly something that fits.
    if which < 160 {
        return fitting(talk, &prompt, bytes);
    }
    let symptom = talk.session().symptom();
    match which % 22 {
        0 | 1 => Input::Back,
        2 => Input::Unsure,
        3 => Input::Nothing,
        4 => Input::ChangeAnswer(usize::from(bytes.next()) % 12),
        5 => {
            let question = symptom.and_then(|symptom| bytes.choice(&symptom.questions));
            let answer = question.as_ref().and_then(|one| bytes.choice(&one.answers)).map(|answer| answer.id);
            Input::Answer {
                question: question.map_or_else(String::new, |one| one.id),
                answer: answer.unwrap_or_default(),
            }
        }
        6 => {
            let remedy = symptom.and_then(|symptom| bytes.choice(&symptom.remedies)).map(|remedy| remedy.id);
            let result = bytes.choice(&[Tried::Helped, Tried::Failed, Tried::Later]).unwrap_or(Tried::Failed);
            Input::Tried { remedy: remedy.unwrap_or_default(), result }
        }
        7 => Input::Verified(bytes.next() & 1 == 0),
        8 => Input::Jump(bytes.choice(&KNOWLEDGE.symptoms.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()),
        9 => Input::Code(TypedCode::new("123456".to_owned())),
        10 => Input::Key(KEY.to_owned().into()),
        11 => Input::File { name: "x".to_owned(), bytes: EXPORT.clone().into() },
        12 => Input::NoFile(NoFile::Missing),
        13 => Input::Password("x".to_owned().into()),
        14 => Input::Read { id: u64::from(bytes.next()), found: otp_doctor::import::Imported::default() },
        15 => Input::Pressed,
        16 => Input::Waited,
        17 => Input::Reference { host: "time.example".to_owned(), reading: reading(bytes) },
        18 => Input::ServiceClock { host: "a.example".to_owned(), clock: Err(NoServiceClock::Silent) },
        19 => Input::Note(String::from_utf8_lossy(&[bytes.next()]).into_owned()),
        20 => Input::Choice(String::from_utf8_lossy(&[bytes.next()]).into_owned()),
        _ => Input::Forget,
    }
}

fn reading(bytes: &mut Bytes<'_>) -> Option<ClockReading> {
    let offset = f64::from(bytes.next()) - 128.0;
    (offset.abs() > 3.0).then_some(ClockReading { offset_seconds: offset, uncertainty_seconds: 0.5 })
}

fn fitting(talk: &Talk<'_>, prompt: &Prompt, bytes: &mut Bytes<'_>) -> Input {
    match prompt {
        Prompt::Press { .. } if bytes.next() & 1 == 0 => Input::Pressed,
        Prompt::Choose(choose) | Prompt::Press { question: choose, .. } => {
            bytes.choice(&choose.choices).map_or(Input::Nothing, |(id, _)| Input::Choice(id))
        }
        Prompt::Code(_) => match bytes.next() {
            0..60 => Input::Nothing,
            byte => Input::Code(TypedCode::new(format!("{:06}", u32::from(byte) * 3_907))),
        },
        Prompt::Key(_) => Input::Key(KEY.to_owned().into()),
        Prompt::HowLongAgo(_) => Input::Ago(Interval { from: 1_700_000_000, to: 1_700_000_030 }),
        Prompt::File(_) => Input::File { name: "x".to_owned(), bytes: EXPORT.clone().into() },
        Prompt::Password(_) => Input::Nothing,
        Prompt::Working { .. } => talk.job().map_or(Input::Nothing, |job| readers::run(&job)),
        Prompt::Reference => Input::Reference { host: "time.example".to_owned(), reading: reading(bytes) },
        Prompt::Wait { .. } => Input::Waited,
        Prompt::Done(_) => Input::Back,
    }
}
