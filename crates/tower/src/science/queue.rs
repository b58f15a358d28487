//! How long a request waits: one server with any service times, or several with exponential ones.
//!
//! Requests come independently of each other (Poisson), are served in order, and wait without
//! limit. One server: Pollaczek-Khinchine, `Wq = lambda E[S^2] / (2 (1 - rho))`. Several: Erlang's
//! delay formula. Service of a lift is not exponential (Zhang, Krishnamurthy, Malmborg & Heragu
//! 2011, EJIE 5(4)), so several lifts by this formula are an anchor, not a promise.

/// Moments of service times, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// The mean.
    pub mean_s: f64,
    /// The mean of the squares, in seconds squared.
    pub second_moment_s2: f64,
}

impl Service {
    /// Takes the moments of equally likely service times; none of no times.
    pub fn of(times_s: &[f64]) -> Option<Service> {
        let count = times_s.len() as f64;
        let mean = |value: fn(f64) -> f64| times_s.iter().copied().map(value).sum::<f64>() / count;
        (!times_s.is_empty()).then(|| Service {
            mean_s: mean(|time| time),
            second_moment_s2: mean(|time| time * time),
        })
    }

    /// Gives the standard deviation.
    pub fn deviation_s(self) -> f64 {
        (self.second_moment_s2 - self.mean_s.powi(2))
            .max(0.0)
            .sqrt()
    }
}

/// What a request meets in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    /// The part of the time that each server works.
    pub utilisation: f64,
    /// The mean wait before service, in seconds.
    pub wait_s: f64,
    /// The mean time until service ends, in seconds.
    pub response_s: f64,
}

/// Gives the waits at one server, for requests every `interarrival_s` in the mean; none when more
/// comes than can be served.
pub fn one_server(interarrival_s: f64, service: Service) -> Option<Wait> {
    let utilisation = service.mean_s / interarrival_s;
    let wait_s = service.second_moment_s2 / interarrival_s / (2.0 * (1.0 - utilisation));
    (utilisation < 1.0).then_some(Wait {
        utilisation,
        wait_s,
        response_s: wait_s + service.mean_s,
    })
}

/// Gives the waits at several servers with exponential service of the same mean; none when more
/// comes than can be served.
pub fn several_servers(interarrival_s: f64, mean_s: f64, servers: u32) -> Option<Wait> {
    let offered = mean_s / interarrival_s;
    let utilisation = offered / f64::from(servers);
    // Erlang's loss formula by its recurrence, which neither overflows nor cancels.
    let lost = (1..=servers).fold(1.0, |lost, n| {
        offered * lost / (f64::from(n) + offered * lost)
    });
    let delayed = lost / (1.0 - utilisation * (1.0 - lost));
    let wait_s = delayed * mean_s / (f64::from(servers) * (1.0 - utilisation));
    (utilisation < 1.0).then_some(Wait {
        utilisation,
        wait_s,
        response_s: wait_s + mean_s,
    })
}
