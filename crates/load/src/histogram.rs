//! A histogram of times: buckets that grow with the value, so that none is off by more than 1 %.

use std::time::Duration;

/// Bits of a value that are kept: 2^7 buckets an octave.
const BITS: u32 = 7;

/// Times in microseconds.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    greatest: u64,
}

impl Histogram {
    /// Counts a time.
    pub fn record(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = bucket(micros);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(bucket) {
            *count += 1;
        }
        self.total += 1;
        self.greatest = self.greatest.max(micros);
    }

    /// Takes over what another counted.
    pub fn add(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
        self.greatest = self.greatest.max(other.greatest);
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.total
    }

    /// The time within which the share `q` (0 to 1) of them lies.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Duration {
        // Counts are far below 2^53.
        let wanted = (q * self.total as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(upper(bucket).min(self.greatest));
            }
        }
        Duration::from_micros(self.greatest)
    }

    /// The longest.
    #[must_use]
    pub fn greatest(&self) -> Duration {
        Duration::from_micros(self.greatest)
    }
}

fn bucket(micros: u64) -> usize {
    let octave = (u64::BITS - micros.leading_zeros()).saturating_sub(BITS + 1);
    let place = u64::from(octave) * (1 << BITS) + (micros >> octave);
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// The greatest value of a bucket.
fn upper(bucket: usize) -> u64 {
    let (bucket, width) = (bucket as u64, 1_u64 << BITS);
    if bucket < 2 * width {
        return bucket;
    }
    let octave = bucket / width - 1;
    let first = (bucket - octave * width) << octave;
    first + ((1 << octave) - 1)
}

#[cfg(test)]
mod tests {
    use super::{Histogram, bucket, upper};
    use std::time::Duration;

    #[test]
    fn every_value_lies_in_its_bucket_within_one_per_cent() {
        for value in (0..70_000).chain([1 << 20, (1 << 33) + 12_345]) {
            let upper = upper(bucket(value));
            assert!(upper >= value && upper - value <= value / 100, "{value} in a bucket up to {upper}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        let mut histogram = Histogram::default();
        (1..=100).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        assert_eq!(histogram.quantile(0.5), Duration::from_micros(50));
        assert_eq!(histogram.quantile(0.99), Duration::from_micros(99));
        assert_eq!(histogram.quantile(1.0), Duration::from_micros(100));
    }
}
