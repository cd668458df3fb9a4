use std::time::Duration;

/// Times that were measured, and what is told of them.
#[derive(Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a hundred are within, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted
            .get(place)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }
}

/// Messages or transactions of one run.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) per_second: f64,
    /// In milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Run {
    pub(crate) fn of(times: &Times, took: Duration) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
        let count = times.count() as f64;
        Self {
            per_second: count / took.as_secs_f64(),
            p50: times.percentile(50),
            p99: times.percentile(99),
        }
    }

    /// Each figure's own median.
    pub(crate) fn median(runs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(runs.iter().map(figure).collect());
        Self {
            per_second: of(|run| run.per_second),
            p50: of(|run| run.p50),
            p99: of(|run| run.p99),
        }
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of the quotients of what was measured side by side in each round.
pub(crate) fn ratio(ours: &[Run], beside: &[Run], of: fn(&Run) -> f64) -> f64 {
    let pairs = ours.iter().zip(beside);
    median(pairs.map(|(ours, beside)| of(ours) / of(beside)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_medians_are_of_what_was_measured() {
        let mut times = Times::default();
        (1..=100).for_each(|ms| times.add(Duration::from_millis(ms)));
        assert!((times.percentile(50) - 51.0).abs() < 0.001);
        assert!((times.percentile(99) - 100.0).abs() < 0.001);
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 0.001);
    }
}
