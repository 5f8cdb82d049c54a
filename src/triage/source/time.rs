use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime};

/// What the times of a log leave out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stamp {
    /// Seconds since 1970: where no year is told, nothing is later than this.
    pub latest: Option<i64>,
    /// Seconds east of UTC, of times without a zone.
    pub zone: Option<i32>,
}

pub(super) const NO_YEAR: &str = "its time has no year: say which one the log ends in with --year, such as --year 2026";
pub(super) const NO_ZONE: &str = "its time has no zone: say which with --zone, such as --zone Z or --zone +01:00";
pub(super) const NO_TIME: &str = "its time cannot be read";

impl Stamp {
    /// A time with a zone, or without one in the zone of the log: RFC 3339, with a blank for the `T`, a comma for the point
    /// and no colon in the zone, if need be.
    pub(super) fn instant(self, text: &str) -> Result<i64, &'static str> {
        const ZONED: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f%z"];
        const LOCAL: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%a %b %d %H:%M:%S %Y"];
        let spelled = match text.as_bytes().get(10) {
            Some(b' ') if text.is_char_boundary(11) => format!("{}T{}", &text[..10], &text[11..]),
            _ => text.to_owned(),
        };
        let spelled = spelled.replace(',', ".");
        let spelled = spelled.strip_suffix('Z').map_or(spelled.clone(), |text| format!("{text}+00:00"));
        if let Some(at) = ZONED.iter().find_map(|form| DateTime::parse_from_str(&spelled, form).ok()) {
            return Ok(at.timestamp());
        }
        let local = LOCAL.iter().find_map(|form| {
            NaiveDateTime::parse_from_str(&spelled, form)
                .ok()
                .or_else(|| NaiveDateTime::parse_from_str(text, form).ok())
        });
        self.local(local.ok_or(NO_TIME)?)
    }

    /// `Nov 24 07:41:12`, of the last year in which that is no later than the log ends.
    pub(super) fn without_year(self, text: &str) -> Result<i64, &'static str> {
        let latest = DateTime::from_timestamp(self.latest.ok_or(NO_YEAR)?, 0).ok_or(NO_YEAR)?;
        // A year behind a leap year has no 29 February; one of four has.
        let years = (0..8).map(|back| latest.year() - back);
        let mut read = Err(NO_TIME);
        for year in years {
            let Ok(local) = NaiveDateTime::parse_from_str(&format!("{year} {text}"), "%Y %b %d %H:%M:%S") else {
                continue;
            };
            read = self.local(local);
            // Clocks and zones differ by a day at most.
            if read.is_ok_and(|at| at <= latest.timestamp() + 86_400) {
                return read;
            }
        }
        read
    }

    fn local(self, local: NaiveDateTime) -> Result<i64, &'static str> {
        let zone = FixedOffset::east_opt(self.zone.ok_or(NO_ZONE)?).ok_or(NO_ZONE)?;
        local.and_local_timezone(zone).single().map(|at| at.timestamp()).ok_or(NO_TIME)
    }
}
