use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;
use thiserror::Error;
use ureq::Agent;
use ureq::http::Uri;
use ureq::http::header::{AGE, CACHE_CONTROL, DATE, HeaderMap, HeaderName};
use ureq::tls::{RootCerts, TlsConfig};

use super::now;

/// How long the whole of question and answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that an answer may say beside its body, which is never asked for, in bytes.
const MOST_HEADERS: usize = 16 * 1024;
/// The longest address, in bytes.
const LONGEST: usize = 2048;
/// `Date` counts whole seconds, and many servers write it only once in a second.
const RESOLUTION: f64 = 1.0;
/// All that is told of who asks.
const NAME: &str = "otp-doctor";

/// A page of the service: a scheme, a host and perhaps a path; no user, no query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl(Uri);

/// Why a text is not the address of a page. It never quotes the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UrlError {
    /// It cannot be read as one.
    #[error("expected an address such as https://login.example.org")]
    Unreadable,
    /// It names a user.
    #[error("leave out the user name and password before the @: they are not needed")]
    NamesAUser,
}

/// The time that a page tells, against this computer's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageClock {
    /// Seconds; negative: the page's clock is behind this computer's.
    pub offset_seconds: f64,
    /// Seconds: half the time that question and answer were on their way, and one more, since no fractions are told.
    pub uncertainty_seconds: f64,
}

/// Why a page told no time. `place` is the scheme and host.
#[derive(Debug, Error)]
pub enum PageError {
    /// Nothing answers there.
    #[error("{place}: no answer ({reason}); check the address, or leave --service-url out")]
    Silent {
        /// Where.
        place: String,
        /// In words.
        reason: String,
    },
    /// It does not prove who it is.
    #[error(
        "{place}: no trust in this answer ({reason}); a clock of this computer that is far off can be why: set it first, or \
         leave --service-url out"
    )]
    Untrusted {
        /// Where.
        place: String,
        /// In words.
        reason: &'static str,
    },
    /// The answer has no time in it.
    #[error(
        "{place}: the answer tells no time that can be read (Date); try another page of the service, or leave --service-url out"
    )]
    NoDate {
        /// Where.
        place: String,
    },
    /// The answer was kept somewhere on the way.
    #[error(
        "{place}: the answer was kept on the way (Age), and tells no present time; try a page that nobody keeps, such as the \
         one for signing in, or leave --service-url out"
    )]
    Kept {
        /// Where.
        place: String,
    },
}

impl ServiceUrl {
    /// Reads an address. What follows a `?` or `#` is dropped: it may belong to somebody's login, and a time needs none of it.
    ///
    /// # Errors
    /// It is no `http` or `https` address with a host, or names a user.
    pub fn read(text: &str) -> Result<Self, UrlError> {
        let text = text.split(['?', '#']).next().unwrap_or_default();
        if text.len() > LONGEST {
            return Err(UrlError::Unreadable);
        }
        let uri: Uri = text.parse().map_err(|_| UrlError::Unreadable)?;
        let authority = uri.authority().ok_or(UrlError::Unreadable)?;
        if authority.as_str().contains('@') {
            return Err(UrlError::NamesAUser);
        }
        let known = matches!(uri.scheme_str(), Some("http" | "https")) && !authority.host().is_empty();
        if known { Ok(Self(uri)) } else { Err(UrlError::Unreadable) }
    }

    /// Scheme and host, to be shown.
    pub fn place(&self) -> String {
        let authority = self.0.authority().map_or("", |authority| authority.as_str());
        format!("{}://{authority}", self.0.scheme_str().unwrap_or_default())
    }
}

/// Asks a page of the service once, without its contents, for the time that it tells (`Date`, RFC 9110 section 6.6.1).
///
/// A redirection is not followed: it tells the time of the place that was named, too. No proxy of the environment is used.
/// Nothing is sent but the host, the path and the name of the program.
///
/// # Errors
/// No answer within five seconds, none to be trusted, none with a time, or one that was kept on the way.
pub fn page_clock(url: &ServiceUrl) -> Result<PageClock, PageError> {
    let place = url.place();
    let (sent, clock) = (now(), Instant::now());
    let answer = agent().head(&url.0).header(CACHE_CONTROL, "no-cache").call();
    let way = clock.elapsed().as_secs_f64();
    let answer = answer.map_err(|error| refused(place.clone(), &error))?;
    if text(answer.headers(), &AGE).is_some_and(|age| age.parse() != Ok(0_u64)) {
        return Err(PageError::Kept { place });
    }
    let date = text(answer.headers(), &DATE).and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let date = date.ok_or(PageError::NoDate { place })?;
    Ok(compared(date.timestamp(), sent, way))
}

fn agent() -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_response_header_size(MOST_HEADERS)
        .proxy(None)
        .user_agent(NAME)
        .tls_config(tls)
        .build()
        .new_agent()
}

/// What is there and cannot be read is not absent: it is empty.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default().trim())
}

/// A whole second that was told some time between the question, at `sent`, and the answer, `way` seconds later.
fn compared(date: i64, sent: f64, way: f64) -> PageClock {
    let offset_seconds = date as f64 + RESOLUTION / 2.0 - (sent + way / 2.0);
    PageClock { offset_seconds, uncertainty_seconds: way / 2.0 + RESOLUTION }
}

/// In our own words: those of a library quote what was received.
fn refused(place: String, error: &ureq::Error) -> PageError {
    use std::io::ErrorKind;
    use ureq::Error;
    let tls = match error {
        Error::Rustls(inner) => Some(inner),
        // Within the handshake it comes wrapped up.
        Error::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()),
        _ => None,
    };
    if let Some(reason) = tls.map(untrusted) {
        return PageError::Untrusted { place, reason };
    }
    let reason = match error {
        Error::HostNotFound => "there is no such host".to_owned(),
        Error::Timeout(_) => format!("it took longer than {} seconds", PATIENCE.as_secs()),
        Error::LargeResponseHeader(..) => format!("it has more than {} KiB of headers", MOST_HEADERS / 1024),
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => "it hung up".to_owned(),
        Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => "nothing takes connections there".to_owned(),
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "it hung up".to_owned(),
            _ => "the host cannot be found or reached".to_owned(),
        },
        Error::ConnectionFailed => "no connection came about".to_owned(),
        _ => "it does not answer as a web page does".to_owned(),
    };
    PageError::Silent { place, reason }
}

fn untrusted(error: &rustls::Error) -> &'static str {
    use rustls::CertificateError as Bad;
    use rustls::Error::{InvalidCertificate, InvalidMessage};
    match error {
        InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => "its certificate has run out",
        InvalidCertificate(Bad::NotValidYet | Bad::NotValidYetContext { .. }) => "its certificate is not valid yet",
        InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "its certificate is for another name"
        }
        InvalidCertificate(Bad::UnknownIssuer) => "this computer does not know who issued its certificate",
        InvalidCertificate(_) => "its certificate is not good",
        InvalidMessage(_) => "it does not speak HTTPS",
        _ => "no secure connection came about",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_path() {
        let place = |text: &str| ServiceUrl::read(text).map(|url| url.place());
        assert_eq!(place("https://login.example.org/a?session=1#top").unwrap(), "https://login.example.org");
        assert!(!format!("{:?}", ServiceUrl::read("https://example.org/a?session=1")).contains("session"));
        assert_eq!(place("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(place("https://[::1]:8443/").unwrap(), "https://[::1]:8443");
        assert_eq!(place("https://me:pw@example.org/"), Err(UrlError::NamesAUser));
        for text in
            ["", "example.org", "ftp://example.org", "https://", "https:///a", "https://a b", "file:///etc/passwd"]
        {
            assert_eq!(place(text), Err(UrlError::Unreadable), "{text}");
        }
    }

    #[test]
    fn a_whole_second_lies_half_a_second_further_on_average() {
        let clock = compared(1_000_000_100, 1_000_000_000.2, 0.6);
        assert!((clock.offset_seconds - 100.0).abs() < 1e-6, "{clock:?}");
        assert!((clock.uncertainty_seconds - 1.3).abs() < 1e-6, "{clock:?}");
    }
}
