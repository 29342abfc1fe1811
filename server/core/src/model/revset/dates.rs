//! Mercurial's date specifications, `hg help dates`: `2020-03`, `>yesterday`, `-7`, `A to B`, and many spellings of a
//! day and a time. Knows nothing of changesets, and the time only from whoever asks.

use super::error::Error;

/// What time it is for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Unix seconds.
    pub now: i64,
    /// The zone of dates that name none, in seconds *west* of UTC.
    pub west: i32,
}

/// Moments from one second to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    from: i64,
    to: i64,
}

impl Span {
    pub(super) fn contains(self, time: i64) -> bool {
        (self.from..=self.to).contains(&time)
    }

    /// Reads what `date()` takes.
    pub(super) fn parse(text: &str, clock: Clock) -> Result<Self, Error> {
        let text = text.trim();
        let earliest = |date: &str| Ok::<_, Error>(parse(date, clock, Bias::Earliest)?.0);
        let latest = |date: &str| Ok::<_, Error>(parse(date, clock, Bias::Latest)?.0);
        if text.is_empty() {
            return Err(Error::Value("dates cannot consist entirely of whitespace".to_owned()));
        }
        if let Some(date) = text.strip_prefix('<') {
            return match date {
                "" => Err(Error::Value("invalid day spec, use '<DATE'".to_owned())),
                date => Ok(Self { from: i64::MIN, to: latest(date)? }),
            };
        }
        if let Some(date) = text.strip_prefix('>') {
            return match date {
                "" => Err(Error::Value("invalid day spec, use '>DATE'".to_owned())),
                date => Ok(Self { from: earliest(date)?, to: i64::MAX }),
            };
        }
        if let Some(days) = text.strip_prefix('-') {
            let number: i64 = days.trim().parse().map_err(|_| Error::Value(format!("invalid day spec: {days}")))?;
            if number < 0 {
                return Err(Error::Value(format!("{days} must be nonnegative (see 'hg help dates')")));
            }
            return Ok(Self { from: clock.now.saturating_sub(number.saturating_mul(DAY)), to: i64::MAX });
        }
        match text.split_once(" to ") {
            Some((from, to)) => Ok(Self { from: earliest(from)?, to: latest(to)? }),
            None => Ok(Self { from: earliest(text)?, to: latest(text)? }),
        }
    }
}

const DAY: i64 = 24 * 3600;

/// Which moment a date stands for that leaves some of it open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bias {
    Earliest,
    Latest,
    /// The first second, and none at all when a day is left open.
    Exact,
}

/// The moment that `text` stands for: Unix seconds, and its zone in seconds west.
pub fn exact_date(text: &str, clock: Clock) -> Result<(i64, i32), Error> {
    let (time, west) = parse(text, clock, Bias::Exact)?;
    Ok((time, i32::try_from(west).unwrap_or_default()))
}

/// What a date may look like, in `strptime`'s letters, in the order in which Mercurial tries them.
const FORMATS: [&str; 34] = [
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H%M%S",
    "%Y-%m-%dT%H%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H%M%S",
    "%Y-%m-%d %H%M",
    "%Y-%m-%d %I:%M:%S%p",
    "%Y-%m-%d %I:%M%p",
    "%Y-%m-%d",
    "%m-%d",
    "%m/%d",
    "%m/%d/%y",
    "%m/%d/%Y",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %I:%M:%S%p %Y",
    "%a, %d %b %Y %H:%M:%S",
    "%b %d %H:%M:%S %Y",
    "%b %d %I:%M:%S%p %Y",
    "%b %d %H:%M:%S",
    "%b %d %I:%M:%S%p",
    "%b %d %H:%M",
    "%b %d %I:%M%p",
    "%b %d %Y",
    "%b %d",
    "%H:%M:%S",
    "%I:%M:%S%p",
    "%H:%M",
    "%I:%M%p",
    "%Y",
    "%Y-%m",
    "%b",
    "%b %Y",
];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The Unix time that `text` stands for, and its zone in seconds west.
fn parse(text: &str, clock: Clock, bias: Bias) -> Result<(i64, i64), Error> {
    let text = text.trim();
    let local_now = clock.now - i64::from(clock.west);
    let midnight = |days_ago: i64| (local_now.div_euclid(DAY) - days_ago) * DAY;
    let day = |days_ago| {
        let last = if bias == Bias::Latest { DAY - 1 } else { 0 };
        Ok((midnight(days_ago) + last + i64::from(clock.west), i64::from(clock.west)))
    };
    match text {
        "now" => return Ok((clock.now, i64::from(clock.west))),
        "today" => return day(0),
        "yesterday" => return day(1),
        _ => {}
    }
    let (time, west) = match unix_and_offset(text) {
        Some(exact) => exact,
        None => {
            let (west, text) = split_zone(text);
            let west = west.unwrap_or(i64::from(clock.west));
            let fields = FORMATS.iter().find_map(|format| Fields::read(text, format)?.fill(local_now, bias));
            let local = fields.ok_or_else(|| Error::invalid(format!("invalid date: '{text}'")))?;
            (local + west, west)
        }
    };
    if i32::try_from(time).is_err() {
        return Err(Error::invalid(format!("date exceeds 32 bits: {time}")));
    }
    if !(-50400..=43200).contains(&west) {
        return Err(Error::invalid(format!("impossible time zone offset: {west}")));
    }
    Ok((time, west))
}

/// Mercurial's internal form, `1165411109 0`.
fn unix_and_offset(text: &str) -> Option<(i64, i64)> {
    let (time, west) = text.split_once(' ')?;
    Some((time.parse().ok()?, west.parse().ok()?))
}

/// Cuts a time zone off the end: `UTC`, `GMT`, `Z`, `+0530`, `+05:30`. The zone is in seconds west.
fn split_zone(text: &str) -> (Option<i64>, &str) {
    for name in ["GMT", "UTC"] {
        if let Some(rest) = text.strip_suffix(name) {
            return (Some(0), rest.trim_end());
        }
    }
    if let Some(rest) = text.strip_suffix('Z').filter(|rest| rest.ends_with(|last: char| last.is_ascii_digit())) {
        return (Some(0), rest);
    }
    for colon in ["", ":"] {
        let start = text.len().checked_sub(5 + colon.len());
        let Some((rest, zone)) = start.and_then(|start| text.split_at_checked(start)) else { continue };
        let (sign, digits) = match zone.split_at_checked(1) {
            Some(("+", digits)) => (-1, digits),
            Some(("-", digits)) => (1, digits),
            _ => continue,
        };
        let Some((hours, minutes)) = digits.split_at_checked(2) else { continue };
        let Some(minutes) = minutes.strip_prefix(colon) else { continue };
        let number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok());
        if let (Some(Some(hours)), Some(Some(minutes))) = (number(hours), number(minutes)) {
            let (hours, minutes): (i64, i64) = (hours, minutes);
            return (Some(sign * (hours * 60 + minutes) * 60), rest.trim_end());
        }
    }
    (None, text)
}

/// What a text says of a moment.
#[derive(Clone, Copy, Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    afternoon: Option<bool>,
}

impl Fields {
    /// Reads the whole of `text` by `format`.
    fn read(text: &str, format: &str) -> Option<Self> {
        let mut fields = Self::default();
        let mut rest = text;
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            rest = match letter {
                '%' => fields.read_field(rest, letters.next()?)?,
                ' ' => rest.strip_prefix(char::is_whitespace)?.trim_start(),
                literal => rest.strip_prefix(literal)?,
            };
        }
        rest.is_empty().then_some(fields)
    }

    fn read_field<'t>(&mut self, text: &'t str, letter: char) -> Option<&'t str> {
        let (value, rest) = match letter {
            'Y' => digits(text, 4..=4, 0..=9999)?,
            'y' => digits(text, 1..=2, 0..=99)?,
            'm' => digits(text, 1..=2, 1..=12)?,
            'd' => digits(text, 1..=2, 1..=31)?,
            'H' => digits(text, 1..=2, 0..=23)?,
            'I' => digits(text, 1..=2, 1..=12)?,
            'M' | 'S' => digits(text, 1..=2, 0..=59)?,
            'b' => word(text, &MONTHS)?,
            'a' => word(text, &WEEKDAYS)?,
            _ => word(text, &["am", "pm"])?,
        };
        match letter {
            'Y' => self.year = Some(value),
            // As POSIX has it.
            'y' => self.year = Some(if value < 69 { 2000 + value } else { 1900 + value }),
            'm' => self.month = Some(value),
            'b' => self.month = Some(value + 1),
            'd' => self.day = Some(value),
            'H' => self.hour = Some(value),
            'I' => self.hour = Some(value % 12),
            'M' => self.minute = Some(value),
            'S' => self.second = Some(value),
            'p' => self.afternoon = Some(value == 1),
            _ => {}
        }
        Some(rest)
    }

    /// Seconds since 1970 in the zone of `local_now`. What is finer than all that is given becomes the earliest or the
    /// latest there is, what is coarser is as it is now. `None` for a day that its month does not have.
    fn fill(mut self, local_now: i64, bias: Bias) -> Option<i64> {
        if self.afternoon == Some(true) {
            self.hour = self.hour.map(|hour| hour + 12);
        }
        let latest = |last| if bias == Bias::Latest { last } else { 0 };
        let days = local_now.div_euclid(DAY);
        let (year, month, day) = civil(days);
        let seconds = local_now.rem_euclid(DAY);
        let second = self.second.unwrap_or(latest(59));
        let mut given = self.second.is_some();
        let mut fill = |field: Option<i64>, now: i64, open: i64| {
            let value = field.unwrap_or(if given { now } else { open });
            given |= field.is_some();
            value
        };
        let minute = fill(self.minute, seconds / 60 % 60, latest(59));
        let hour = fill(self.hour, seconds / 3600, latest(23));
        // The last day of a month is known when the month is.
        let day = fill(self.day, day, 0);
        let month = fill(self.month, month, if bias == Bias::Latest { 12 } else { 1 });
        let year = fill(self.year, year, year);
        let length = days_of(year, month);
        let day = match (day, bias) {
            (0, Bias::Earliest) => 1,
            (0, Bias::Latest) => length,
            (0, Bias::Exact) => return None,
            (day, _) => day,
        };
        (day <= length).then(|| days_since_1970(year, month, day) * DAY + hour * 3600 + minute * 60 + second)
    }
}

/// As many digits as there are, within the two ranges.
fn digits(
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
    values: std::ops::RangeInclusive<i64>,
) -> Option<(i64, &str)> {
    lengths.rev().find_map(|length| {
        let (digits, rest) = text.split_at_checked(length)?;
        let value = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())??;
        values.contains(&value).then_some((value, rest))
    })
}

/// One of `words` in any case, by its place.
fn word<'t>(text: &'t str, words: &[&str]) -> Option<(i64, &'t str)> {
    words.iter().enumerate().find_map(|(place, word)| {
        let (found, rest) = text.split_at_checked(word.len())?;
        found.eq_ignore_ascii_case(word).then_some((place as i64, rest))
    })
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: years that begin in March have their leap day at the end.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days_before_month = (153 * month + 2) / 5;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + days_before_month + day - 719_469
}

/// The year, month and day of a day counted from 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days.div_euclid(366);
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    let month = (2..=12).take_while(|month| days_since_1970(year, *month, 1) <= days).last().unwrap_or(1);
    (year, month, days - days_since_1970(year, month, 1) + 1)
}

fn days_of(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_since_1970(next_year, next_month, 1) - days_since_1970(year, month, 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Wednesday 2020-07-15 13:20:30 UTC.
    const NOW: Clock = Clock { now: 1_594_819_230, west: 0 };

    fn span(text: &str) -> (String, String) {
        let Span { from, to } = Span::parse(text, NOW).unwrap();
        (show(from), show(to))
    }

    fn show(time: i64) -> String {
        if time == i64::MIN || time == i64::MAX {
            return "open".to_owned();
        }
        let (year, month, day) = civil(time.div_euclid(DAY));
        let second = time.rem_euclid(DAY);
        format!("{year}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    }

    #[test]
    fn what_is_left_open_is_a_span() {
        for (text, from, to) in [
            ("2019", "2019-01-01 00:00:00", "2019-12-31 23:59:59"),
            ("2020-02", "2020-02-01 00:00:00", "2020-02-29 23:59:59"),
            ("2019-2-3", "2019-02-03 00:00:00", "2019-02-03 23:59:59"),
            ("2019-02-03 04:05", "2019-02-03 04:05:00", "2019-02-03 04:05:59"),
            ("2019-02-03T04:05:06Z", "2019-02-03 04:05:06", "2019-02-03 04:05:06"),
            ("2019-02-03 040506", "2019-02-03 04:05:06", "2019-02-03 04:05:06"),
            ("dec 6 2006", "2006-12-06 00:00:00", "2006-12-06 23:59:59"),
            ("Wed Dec 6 13:18:29 2006", "2006-12-06 13:18:29", "2006-12-06 13:18:29"),
            ("12/6/6", "2006-12-06 00:00:00", "2006-12-06 23:59:59"),
            ("12/6/1999", "1999-12-06 00:00:00", "1999-12-06 23:59:59"),
            ("Dec 2006", "2006-12-01 00:00:00", "2006-12-31 23:59:59"),
        ] {
            assert_eq!(span(text), (from.to_owned(), to.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_coarser_is_as_now() {
        for (text, from, to) in [
            ("13:18", "2020-07-15 13:18:00", "2020-07-15 13:18:59"),
            ("3:39", "2020-07-15 03:39:00", "2020-07-15 03:39:59"),
            ("3:39pm", "2020-07-15 15:39:00", "2020-07-15 15:39:59"),
            ("12:39am", "2020-07-15 00:39:00", "2020-07-15 00:39:59"),
            ("Feb", "2020-02-01 00:00:00", "2020-02-29 23:59:59"),
            ("12-6", "2020-12-06 00:00:00", "2020-12-06 23:59:59"),
            ("today", "2020-07-15 00:00:00", "2020-07-15 23:59:59"),
            ("yesterday", "2020-07-14 00:00:00", "2020-07-14 23:59:59"),
            ("now", "2020-07-15 13:20:30", "2020-07-15 13:20:30"),
        ] {
            assert_eq!(span(text), (from.to_owned(), to.to_owned()), "{text}");
        }
    }

    #[test]
    fn zones_count() {
        for (text, from) in [
            ("2019-02-03 04:05:06 +0530", "2019-02-02 22:35:06"),
            ("2019-02-03T04:05:06+05:30", "2019-02-02 22:35:06"),
            ("2019-02-03 04:05:06 -0800", "2019-02-03 12:05:06"),
            ("Dec 6 13:18 UTC", "2020-12-06 13:18:00"),
            ("1165411109 0", "2006-12-06 13:18:29"),
            ("-5 0 to now", ""),
        ] {
            if !from.is_empty() {
                assert_eq!(span(text).0, from, "{text}");
            }
        }
        let west = Clock { west: 3600, ..NOW };
        assert_eq!(Span::parse("today", west).unwrap().from - Span::parse("today", NOW).unwrap().from, 3600);
    }

    #[test]
    fn spans_of_two_dates_and_open_ones() {
        for (text, from, to) in [
            (">2020-01-01", "2020-01-01 00:00:00", "open"),
            ("<2020-01-01", "open", "2020-01-01 23:59:59"),
            ("> 2020-01-01", "2020-01-01 00:00:00", "open"),
            ("2020-01-01 to 2020-03", "2020-01-01 00:00:00", "2020-03-31 23:59:59"),
            ("-7", "2020-07-08 13:20:30", "open"),
        ] {
            assert_eq!(span(text), (from.to_owned(), to.to_owned()), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused_in_mercurials_words() {
        for (text, message) in [
            ("", "dates cannot consist entirely of whitespace"),
            ("<", "invalid day spec, use '<DATE'"),
            (">", "invalid day spec, use '>DATE'"),
            ("-x", "invalid day spec: x"),
            ("--1", "-1 must be nonnegative (see 'hg help dates')"),
            ("x", "invalid date: 'x'"),
            ("2019-02-30", "invalid date: '2019-02-30'"),
            ("2039-01-01", "date exceeds 32 bits: 2177452800"),
            ("1 99999", "impossible time zone offset: 99999"),
            ("é", "invalid date: 'é'"),
        ] {
            let error = Span::parse(text, NOW).unwrap_err().to_string();
            assert_eq!(error.strip_prefix("parse error: ").unwrap_or(&error), message, "{text}");
        }
    }
}
