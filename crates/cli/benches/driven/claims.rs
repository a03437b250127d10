//! What a benchmark claims, printed beside what it measured.

/// What is claimed, printed beside what was measured.
#[derive(Default)]
pub(crate) struct Claims {
    pub(crate) faults: Vec<String>,
}

impl Claims {
    pub(crate) fn at_least(&mut self, what: &str, measured: f64, least: f64) {
        self.hold(measured >= least, format!("{what}: {measured:.2} (at least {least})"));
    }

    pub(crate) fn at_most(&mut self, what: &str, measured: f64, most: f64) {
        self.hold(measured <= most, format!("{what}: {measured:.2} (at most {most})"));
    }

    /// A goal that is not claimed: said where it is missed.
    pub(crate) fn goal_at_least(&self, what: &str, measured: f64, least: f64) {
        if measured < least {
            println!("GOAL MISSED: {what}: {measured:.2} (at least {least})");
        }
    }

    /// A goal that is not claimed: said where it is missed.
    pub(crate) fn goal_at_most(&self, what: &str, measured: f64, most: f64) {
        if measured > most {
            println!("GOAL MISSED: {what}: {measured:.2} (at most {most})");
        }
    }

    pub(crate) fn shown(&self, what: &str, measured: f64) {
        println!("{what}: {measured:.2}");
    }

    fn hold(&mut self, held: bool, line: String) {
        println!("{line}");
        if !held {
            self.faults.push(line);
        }
    }
}
