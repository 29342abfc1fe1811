//! Dates as Mercurial prints them, in the zone that they were made in. Knows nothing of clocks.

use crate::protocol::Date;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY: i64 = 86_400;

/// `Mon Jan 01 00:00:10 2007 +0000`.
pub fn long(date: Date) -> String {
    let local = local(date);
    let (year, month, day) = civil(local.div_euclid(DAY));
    let second = local.rem_euclid(DAY);
    format!(
        "{} {} {day:02} {:02}:{:02}:{:02} {year:04} {}",
        DAYS[local.div_euclid(DAY).rem_euclid(7) as usize],
        MONTHS[month],
        second / 3600,
        second / 60 % 60,
        second % 60,
        zone(date),
    )
}

fn zone(Date(_, west): Date) -> String {
    let (sign, offset) = if west > 0 { ('-', west) } else { ('+', west.saturating_neg()) };
    format!("{sign}{:02}{:02}", offset / 3600, offset / 60 % 60)
}

/// `2007-01-01 00:00 +0000`.
pub fn iso(date: Date) -> String {
    let second = local(date).rem_euclid(DAY);
    format!("{} {:02}:{:02} {}", short(date), second / 3600, second / 60 % 60, zone(date))
}

/// `2007-01-01`.
pub fn short(date: Date) -> String {
    let (year, month, day) = civil(local(date).div_euclid(DAY));
    format!("{year:04}-{:02}-{day:02}", month + 1)
}

fn local(Date(seconds, west): Date) -> i64 {
    seconds.saturating_sub(i64::from(west))
}

/// Year, month from 0 and day of a day counted from 1970-01-01, in the Gregorian calendar: years begin in March, so that
/// the leap day is the last, and come in eras of 400.
fn civil(day: i64) -> (i64, usize, i64) {
    let day = day.saturating_add(719_468);
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12;
    (year + era * 400 + i64::from(month < 2), month as usize, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_that_mercurial_prints() {
        for (seconds, west, expected) in [
            (1_167_609_610, 0, "Mon Jan 01 00:00:10 2007 +0000"),
            (1_583_558_723, 18_000, "Sat Mar 07 00:25:23 2020 -0500"),
            (1_167_609_615, -19_800, "Mon Jan 01 05:30:15 2007 +0530"),
            (0, 1800, "Wed Dec 31 23:30:00 1969 -0030"),
            (-5, 0, "Wed Dec 31 23:59:55 1969 +0000"),
            (951_782_400, 0, "Tue Feb 29 00:00:00 2000 +0000"),
            (4_102_444_800, -49_500, "Fri Jan 01 13:45:00 2100 +1345"),
        ] {
            assert_eq!(long(Date(seconds, west)), expected);
        }
        assert_eq!(short(Date(0, 1800)), "1969-12-31");
    }
}
