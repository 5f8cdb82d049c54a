//! ZIP archives: every file in one is handed to the format that its content tells.
//!
//! The one idea: a file in an archive is a file like any other, under both names. What the archive says of sizes is a
//! stranger's, so the bounds are on what comes out, each and all together, and cost the files beyond them only. It must
//! not open an archive within an archive.
//!
//! # Source
//! <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, <https://www.winzip.com/en/support/aes-encryption/>

use std::io::{Cursor, Read as _};

use zeroize::Zeroizing;
use zip::read::ZipReadOptions;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::content::{Content, Refusal};
use super::intake::Intake;
use super::{
    BROKEN_FILE, CANNOT_DECRYPT, FORMATS, Format, LARGEST_FILE, LARGEST_PICTURE, NOTHING_THERE, Origin, TOO_COSTLY,
    TOO_LARGE, key, picture, qr, take_in, text,
};
use crate::diagnostic::{Diagnostic, Place};

/// An archive.
pub(super) const FORMAT: Format =
    Format { id: "zip", name: "ZIP archive of other files", origin: Origin::Archive, recognise, read };

/// Files in an archive, at most; 16 MiB of nothing but names would be hundreds of thousands.
const MOST_MEMBERS: usize = 5_000;
/// Bytes of all files together, unpacked.
const MOST_UNPACKED: usize = 4 * LARGEST_FILE;
/// How many times as large as it is packed a file may be, from [`RATIO_FROM`] bytes on. Texts become a twentieth.
const MOST_RATIO: u64 = 200;
const RATIO_FROM: u64 = 1024 * 1024;
/// Pixels of all pictures together, in every size that they are looked at.
const MOST_PIXELS: u64 = 3 * LARGEST_PICTURE;
/// Files that are encrypted in themselves: a key may take seconds.
const MOST_KEYS: usize = 8;
/// Characters of a name that are shown.
const LONGEST_NAME: usize = 60;

/// What the list of contents has before every file.
const LISTED: &[u8] = b"PK\x01\x02";

fn recognise(content: &Content<'_>) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06"].iter().any(|mark| content.bytes.starts_with(*mark))
}

fn read(content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(content)?;
    let (mut files, mut others, mut pictures, mut nested) = (0, Vec::new(), Vec::new(), Vec::new());
    for index in 0..archive.zip.len() {
        let Some(member) = archive.unpacked(index, intake) else { continue };
        files += 1;
        let inner = Content::new(&member.bytes, &member.name, archive.password);
        match FORMATS.iter().find(|format| (format.recognise)(&inner)) {
            Some(format) if format.id == FORMAT.id => nested.push(unopened(&inner)),
            Some(format) if format.id == text::FORMAT.id => others.push(index),
            Some(format) if format.id == qr::FORMAT.id => pictures.push(index),
            Some(format) => archive.hand_over(format, &inner, intake),
            None => {}
        }
    }
    let locked = archive.locked.take();
    archive.unpacked = 0;
    archive.lists(&others, files == 1 && locked.is_none(), intake);
    archive.pictures(&pictures, intake);
    let nothing = intake.is_empty();
    for problem in nested {
        intake.problem(problem);
    }
    if let Some(locked) = locked {
        return Err(locked);
    }
    if !nothing {
        return Ok(());
    }
    let help = "unpack it and give the file with the entries; an archive within it is not opened";
    Err(content.refuse(NOTHING_THERE, "an archive with no file of a known format").help(help))
}

/// The problem of an archive within an archive; what is missing may be in it.
fn unopened(inner: &Content<'_>) -> Diagnostic {
    let message = "an archive within an archive, which is not opened";
    Diagnostic::warning(NOTHING_THERE, Place::file(inner.name), message).help("unpack it and give it by itself")
}

/// An archive, and what was done for it so far.
struct Archive<'c, 'a> {
    content: &'c Content<'a>,
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Files in it may need it too.
    password: Option<&'a str>,
    /// Why files in it are not decrypted.
    locked: Option<Refusal>,
    /// Bytes.
    unpacked: usize,
    /// Of pictures, as they were looked at.
    pixels: u64,
    /// Files for which a key was derived.
    keys: usize,
}

/// A file in an archive.
struct Member {
    /// Behind that of the archive.
    name: String,
    bytes: Zeroizing<Vec<u8>>,
}

impl<'c, 'a> Archive<'c, 'a> {
    fn open(content: &'c Content<'a>) -> Result<Self, Refusal> {
        let listed = content.bytes.windows(LISTED.len()).filter(|window| *window == LISTED).count();
        if listed > MOST_MEMBERS {
            let message = format!("an archive of more than {MOST_MEMBERS} files, the most that are read");
            return Err(content.refuse(TOO_LARGE, message).help("unpack it and give only the file with the entries"));
        }
        let broken = |_| content.broken("an archive that is damaged or cut off, or no archive");
        let zip = ZipArchive::new(Cursor::new(content.bytes)).map_err(broken)?;
        let password = content.given();
        Ok(Self { content, zip, password, locked: None, unpacked: 0, pixels: 0, keys: 0 })
    }

    /// Unpacks a file. `None`: a folder, an encrypted file without its password, or one that is told of.
    fn unpacked(&mut self, index: usize, intake: &mut Intake<'_>) -> Option<Member> {
        let Ok(entry) = self.zip.by_index_data(index) else {
            let place = Place::file(format!("{}/{}", self.content.name, index + 1));
            intake.problem(Diagnostic::error(BROKEN_FILE, place, "a file in the archive that cannot be opened"));
            return None;
        };
        let (encrypted, packed, size) = (entry.encrypted(), entry.compressed_size(), entry.size());
        let readable = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
        if entry.is_dir() || intake.is_full() {
            return None;
        }
        let own = entry.name().map_or_else(|_| (index + 1).to_string(), |name| shown(&name));
        let name = format!("{}/{own}", self.content.name);
        let problem = |code, message: String| Diagnostic::error(code, Place::file(&name), message);
        if !readable {
            let message = "a file packed in a way that is not read, with something else than Deflate";
            intake.problem(problem(BROKEN_FILE, message.to_owned()).help("unpack it and give the file itself"));
            return None;
        }
        let mut password = None;
        if encrypted {
            match self.content.password() {
                _ if self.locked.is_some() => return None,
                Ok(given) => password = Some(given.as_bytes()),
                Err(refusal) => {
                    self.locked = Some(refusal);
                    return None;
                }
            }
        }
        let together = || {
            let message =
                format!("more than {} MiB with the files before it, the most that is unpacked", MOST_UNPACKED >> 20);
            problem(TOO_LARGE, message).help("unpack it and give single files")
        };
        let room = MOST_UNPACKED - self.unpacked;
        // Where the archive owns up to it, others that are smaller still have their room.
        if size > room as u64 && size <= LARGEST_FILE as u64 {
            intake.problem(together());
            return None;
        }
        let ratio = RATIO_FROM.max(packed.saturating_mul(MOST_RATIO));
        let most = LARGEST_FILE.min(usize::try_from(ratio).unwrap_or(LARGEST_FILE)).min(room);
        // With room for all of it, growing leaves no copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(most).min(most) + 1));
        let member = self.zip.by_index_with_options(index, ZipReadOptions::new().password(password));
        let outcome = member.and_then(|member| Ok(member.take(most as u64 + 1).read_to_end(&mut bytes)?));
        self.unpacked += bytes.len().min(most);
        match outcome {
            Ok(_) if bytes.len() <= most => return Some(Member { name, bytes }),
            Ok(_) if most == room && room < LARGEST_FILE => intake.problem(together()),
            Ok(_) if most == LARGEST_FILE => {
                let message = format!("larger than {} MiB, the most that is read", LARGEST_FILE >> 20);
                intake.problem(problem(TOO_LARGE, message));
            }
            Ok(_) => {
                let message =
                    format!("more than {MOST_RATIO} times as large unpacked as packed, the most that is unpacked");
                intake.problem(problem(TOO_LARGE, message));
            }
            Err(ZipError::UnsupportedArchive(_)) => {
                let message = "a file encrypted in a way that is not read, with something else than AES or ZipCrypto";
                intake.problem(problem(CANNOT_DECRYPT, message.to_owned()).help("unpack it and give the file itself"));
            }
            Err(_) if encrypted => self.locked = Some(key::wrong(self.content)),
            Err(_) => intake.problem(problem(BROKEN_FILE, "a file in the archive that is damaged".to_owned())),
        }
        None
    }

    /// Hands a file to its format.
    fn hand_over(&mut self, format: &Format, inner: &Content<'_>, intake: &mut Intake<'_>) {
        if self.keys == MOST_KEYS {
            let message = format!("more than {MOST_KEYS} encrypted files in an archive, the most that are opened");
            let refusal = inner.refuse(TOO_COSTLY, message).help("unpack it and give the files themselves");
            inner.close(refusal);
        }
        intake.within(inner.name, |intake| take_in(format, inner, intake));
        self.keys += usize::from(inner.has_asked() && self.keys < MOST_KEYS);
    }

    /// Reads files that only text takes, if they hold URIs or one is all there is: a note beside a list of keys would
    /// give a problem a line.
    fn lists(&mut self, indices: &[usize], alone: bool, intake: &mut Intake<'_>) {
        for index in indices {
            let Some(member) = self.unpacked(*index, intake) else { continue };
            let line_of_uri = |line: &[u8]| line.trim_ascii_start().starts_with(b"otpauth");
            if alone || member.bytes.split(|byte| *byte == b'\n').any(line_of_uri) {
                self.hand_over(&text::FORMAT, &Content::new(&member.bytes, &member.name, None), intake);
            }
        }
    }

    /// Looks for QR codes. That there is none is told where there is nothing else: notes have pictures beside them.
    fn pictures(&mut self, indices: &[usize], intake: &mut Intake<'_>) {
        let mut blank = Vec::new();
        for index in indices {
            let Some(member) = self.unpacked(*index, intake) else { continue };
            let inner = Content::new(&member.bytes, &member.name, None);
            let pixels = picture::pixels(inner.bytes).filter(|pixels| *pixels <= LARGEST_PICTURE).unwrap_or(0);
            if self.pixels + pixels > MOST_PIXELS {
                let message = format!(
                    "more than {} megapixels with the pictures before it, the most that is looked at",
                    MOST_PIXELS / 1_000_000
                );
                let help = "give the pictures themselves, a few at a time";
                intake.problem(inner.refuse(TOO_LARGE, message).help(help).into());
                continue;
            }
            let mut effort = qr::Look::default();
            let mut read = Ok(());
            intake.within(inner.name, |intake| read = qr::read_counting(&inner, intake, &mut effort));
            self.pixels += pixels.max(effort.pixels);
            match read {
                Err(refusal) if effort.is_blank => blank.push(refusal),
                Err(refusal) => intake.problem(refusal.into()),
                Ok(()) => {}
            }
        }
        if intake.is_empty() {
            for refusal in blank {
                intake.problem(refusal.into());
            }
        }
    }
}

/// A name as it may be shown: its end, where it tells most, with nothing in it that would steer a terminal.
fn shown(name: &str) -> String {
    let cut = name.char_indices().rev().nth(LONGEST_NAME - 1).map_or(0, |(index, _)| index);
    let end = name.get(cut..).unwrap_or_default();
    let quoted = format!("{end:?}");
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    if cut > 0 { format!("…{inner}") } else { inner.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::{Imported, MOST_ENTRIES, UNREADABLE_PICTURE, read};
    use super::*;

    const LINE: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn told(imported: &Imported) -> Vec<String> {
        imported.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn places_name_both_files_and_steer_nothing() {
        let text = format!("{LINE}{LINE}");
        let name = "a\u{202e}\u{1b}[2J\n\"b\".txt";
        let imported = read(&zipped(&[(name, text.as_bytes())]), "x.zip");
        let places: Vec<_> = imported.entries.iter().map(|found| found.place.to_string()).collect();
        let both = "x.zip/a\\u{202e}\\u{1b}[2J\\n\\\"b\\\".txt";
        assert_eq!(places, [format!("{both}:1:1"), format!("{both}:2:1")]);
        assert!(!imported.exported, "no app wrote a list of URIs");
        let long = "ä".repeat(5_000) + "/keys.txt";
        assert_eq!(shown(&long), format!("…{}/keys.txt", "ä".repeat(LONGEST_NAME - 9)));
    }

    #[test]
    fn an_app_in_it_counts_as_an_app() {
        let raivo = br#"[{"kind":"TOTP","timer":"30","secret":"GEZDGNBVGY3TQOJQ","issuer":"x","account":"y"}]"#;
        let imported = read(&zipped(&[("note.txt", b"hello there"), ("raivo.json", raivo)]), "x.zip");
        assert!(imported.exported);
        assert_eq!((imported.entries.len(), told(&imported)), (1, vec![]));
        assert_eq!(imported.entries[0].place.to_string(), "x.zip/raivo.json:1:2");
    }

    #[test]
    fn sizes_are_bounded_by_what_comes_out() {
        let zeros = vec![b' '; LARGEST_FILE];
        let one = read(&zipped(&[("zeros", &zeros), ("keys.txt", LINE.as_bytes())]), "x");
        let ratio = "x/zeros: error[IN006]: more than 200 times as large unpacked as packed, the most that is unpacked";
        assert_eq!((one.entries.len(), told(&one)), (1, vec![ratio.to_owned()]));
        // Not so empty that it is suspicious, but too large.
        let mut rng = fastrand::Rng::with_seed(1);
        let noise: Vec<u8> = (0..=LARGEST_FILE).map(|at| if at % 64 == 0 { rng.u8(..) } else { b' ' }).collect();
        let large = read(&zipped(&[("noise", &noise)]), "x");
        assert_eq!(told(&large), ["x/noise: error[IN006]: larger than 16 MiB, the most that is read"]);
        let files: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| (name, &noise[1..])).into();
        let all = read(&zipped(&files), "x");
        let together = "x/e: error[IN006]: more than 64 MiB with the files before it, the most that is unpacked";
        assert_eq!(told(&all), [together]);
    }

    #[test]
    fn counts_are_bounded() {
        let names: Vec<_> = (0..=MOST_MEMBERS).map(|number| number.to_string()).collect();
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        let message = "x: error[IN006]: an archive of more than 5000 files, the most that are read";
        assert_eq!(told(&read(&zipped(&files), "x")), [message]);
        assert_eq!(
            told(&read(&zipped(&files[1..]), "x")),
            ["x: error[IN008]: an archive with no file of a known format"]
        );
        // The bound on entries is that of one file.
        let lines = LINE.repeat(MOST_ENTRIES / 2 + 1);
        let both = read(&zipped(&[("a", lines.as_bytes()), ("b", lines.as_bytes())]), "x");
        assert_eq!((both.entries.len(), both.problems.len()), (MOST_ENTRIES, 1));
    }

    /// The head of a picture, and nothing else.
    fn head_of_a_picture(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        png::Encoder::new(&mut bytes, width, height).write_header().unwrap();
        bytes
    }

    /// The same, wider than a decoder allows that is not told otherwise.
    fn head_of_a_wide_picture() -> Vec<u8> {
        let size = [1_990_u16.to_be_bytes(), 20_000_u16.to_be_bytes()].concat();
        [&b"\xff\xd8\xff\xc0\0\x0b\x08"[..], &size, b"\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0"].concat()
    }

    /// A picture that shows nothing.
    fn blank(side: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&vec![255; (side * side) as usize]).unwrap();
        bytes
    }

    #[test]
    fn pictures_are_bounded_together() {
        let names = ["a", "b", "c", "d", "e"];
        for (picture, kind) in [(head_of_a_picture(8_000, 5_000), "PNG"), (head_of_a_wide_picture(), "JPEG")] {
            let mut files: Vec<_> = names.iter().map(|name| (*name, picture.as_slice())).collect();
            files.push(("keys.txt", LINE.as_bytes()));
            let bound =
                "error[IN006]: more than 120 megapixels with the pictures before it, the most that is looked at";
            let damaged = names[..3].iter().map(|name| format!("x/{name}: error[IN001]: a damaged {kind} picture"));
            let beyond = names[3..].iter().map(|name| format!("x/{name}: {bound}"));
            let imported = read(&zipped(&files), "x");
            assert_eq!(told(&imported), damaged.chain(beyond).collect::<Vec<_>>());
            assert_eq!(imported.entries.len(), 1, "what stands behind them is read");
        }
    }

    #[test]
    fn sizes_in_which_a_picture_is_looked_at_count() {
        // Room for four megapixels is left, and a blank picture takes more: once, fourfold and sixteenfold.
        let (large, last, blank) = (head_of_a_picture(8_000, 5_000), head_of_a_picture(8_000, 4_500), blank(480));
        let files: [(&str, &[u8]); 5] = [("a", &large), ("b", &large), ("c", &last), ("d", &blank), ("e", &blank)];
        let codes: Vec<_> = read(&zipped(&files), "x").problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [UNREADABLE_PICTURE, UNREADABLE_PICTURE, UNREADABLE_PICTURE, TOO_LARGE]);
    }

    #[test]
    fn what_stands_beside_other_files_is_read_or_told() {
        let raivo = br#"[{"kind":"TOTP","timer":"30","secret":"MZXW6YTBOJRGC6RA","issuer":"x","account":"y"}]"#;
        let keys = ("keys.txt", LINE.as_bytes());
        let both = read(&zipped(&[("raivo.json", raivo), keys, ("photo.png", &blank(50))]), "x");
        assert_eq!((both.entries.len(), told(&both)), (2, vec![]));
        let nested = read(&zipped(&[("raivo.json", raivo), ("more.zip", &zipped(&[keys]))]), "x");
        let message = "x/more.zip: warning[IN008]: an archive within an archive, which is not opened";
        assert_eq!((nested.entries.len(), told(&nested)), (1, vec![message.to_owned()]));
        assert!(!nested.is_complete());
        let photo = read(&zipped(&[("photo.png", &blank(50)), ("note.txt", b"hello")]), "x");
        assert_eq!(told(&photo), ["x/photo.png: error[IN002]: no QR code in the picture"]);
    }

    #[test]
    fn keys_are_bounded() {
        for backup in [
            &include_bytes!("../../tests/import/2fas/encrypted.2fas")[..],
            include_bytes!("../../tests/import/privacyidea/export.pi"),
            include_bytes!("../../tests/import/pskc/agreed.xml"),
        ] {
            let names: Vec<_> = (0..MOST_KEYS + 2).map(|number| number.to_string()).collect();
            let files: Vec<_> = names.iter().map(|name| (name.as_str(), backup)).collect();
            let codes: Vec<_> = read(&zipped(&files), "x").problems.iter().map(|problem| problem.code).collect();
            assert_eq!(codes[..MOST_KEYS], [super::super::PASSWORD_NEEDED; MOST_KEYS]);
            assert_eq!(codes[MOST_KEYS..], [TOO_COSTLY; 2]);
        }
    }
}
