//! Functions of dates and times, which values hold as ISO 8601 text.

use time::{Date, Month, PrimitiveDateTime, Time, format_description::well_known::Iso8601};

use super::Problem;
use crate::evaluate::temporal;

/// A date, a time of day, or both.
pub(super) struct Moment {
    pub(super) date: Option<Date>,
    pub(super) time: Option<Time>,
}

pub(super) fn moment(text: &str) -> Result<Moment, Problem> {
    if let Ok(both) = PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME) {
        return Ok(Moment { date: Some(both.date()), time: Some(both.time()) });
    }
    if let Ok(date) = Date::parse(text, &Iso8601::DATE) {
        return Ok(Moment { date: Some(date), time: None });
    }
    let time = temporal::time(text).ok_or_else(|| format!("\"{text}\" is neither a date nor a time in ISO 8601"))?;
    Ok(Moment { date: None, time: Some(time) })
}

impl Moment {
    pub(super) fn date(&self) -> Result<Date, Problem> {
        self.date.ok_or_else(|| "a time of day where a date is expected".to_owned())
    }

    /// The time of day; midnight of a date alone.
    pub(super) fn time(&self) -> Time {
        self.time.unwrap_or(Time::MIDNIGHT)
    }
}

/// Days from the first of January of a year to the date.
pub(super) fn days_since_year(text: &str, year: f64) -> Result<f64, Problem> {
    let origin = origin(year)?;
    Ok((moment(text)?.date()? - origin).whole_days() as f64)
}

/// Seconds from the beginning of a year to the date and time.
pub(super) fn seconds_since_year(text: &str, year: f64) -> Result<f64, Problem> {
    let origin = origin(year)?.with_time(Time::MIDNIGHT);
    let moment = moment(text)?;
    Ok((moment.date()?.with_time(moment.time()) - origin).whole_seconds() as f64)
}

/// Seconds from midnight to the time of day.
pub(super) fn seconds_since_midnight(text: &str) -> Result<f64, Problem> {
    let (hour, minute, second) = moment(text)?.time().as_hms();
    Ok(f64::from(u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second)))
}

fn origin(year: f64) -> Result<Date, Problem> {
    let whole = (year.fract() == 0.0 && year.abs() < 10_000.0).then_some(year as i32);
    whole
        .and_then(|year| Date::from_calendar_date(year, Month::January, 1).ok())
        .ok_or_else(|| format!("{year} is not a year"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_examples() {
        // PMML 4.4.1, "dateDaysSinceYear" and its neighbours.
        assert_eq!(days_since_year("2003-04-01", 1960.0), Ok(15796.0));
        assert_eq!(seconds_since_year("1960-01-03T03:30:03", 1960.0), Ok(185_403.0));
        assert_eq!(seconds_since_midnight("13:23:45"), Ok(48_225.0));
        assert_eq!(seconds_since_midnight("2003-04-01T05:23:30"), Ok(19_410.0));
        assert_eq!(days_since_year("1959-12-31", 1960.0), Ok(-1.0));
    }

    #[test]
    fn what_is_no_date_is_said() {
        assert!(days_since_year("13:23:45", 1960.0).unwrap_err().contains("time of day"));
        assert!(days_since_year("1 April", 1960.0).unwrap_err().contains("ISO 8601"));
        assert!(days_since_year("2003-04-01", 1e300).unwrap_err().contains("year"));
    }
}
