use std::net::IpAddr;

use ports::SystemClock;

use super::{super::counted_here::CountedHere, *};

/// A store for these tests: several throttles on it are several instances.
type Kept = Arc<CountedHere>;

fn on(kept: &Kept) -> Throttle {
    Throttle::new(kept.clone(), SteadyClock::new(Arc::new(SystemClock)))
}

fn ward(number: u8) -> Option<Network> {
    Some(Network::of(IpAddr::from([10, 0, 0, number])))
}

/// Whether a password was looked at, which was `right` or not.
async fn tries(
    throttle: &Throttle,
    account: &str,
    from: Option<Network>,
    on: Option<&Device>,
    right: bool,
) -> bool {
    let attempt = throttle.attempt(account, from, on).await.unwrap();
    let slowed = throttle.slowed(&attempt).await.unwrap();
    if throttle.look(&attempt).await.unwrap().is_err() {
        return false;
    }
    if right {
        throttle.succeeded(&attempt).await.unwrap();
    } else {
        throttle.failed(&attempt, slowed).await.unwrap();
    }
    true
}

async fn known(throttle: &Throttle, account: &str) -> Device {
    let key = throttle.key().await.unwrap();
    Device::read(&Device::new().remembering(&key, account)).unwrap()
}

#[tokio::test]
async fn five_failures_and_the_account_waits_there_and_nowhere_else() {
    let throttle = on(&Kept::default());
    for _ in 0..5 {
        assert!(tries(&throttle, "d01", ward(7), None, false).await);
    }
    assert!(!tries(&throttle, "d01", ward(7), None, true).await);
    assert!(
        tries(&throttle, "d01", ward(8), None, true).await,
        "elsewhere"
    );
    assert!(
        tries(&throttle, "d02", ward(7), None, true).await,
        "a colleague"
    );
}

#[tokio::test]
async fn failures_count_over_instances_and_guessing_from_many_addresses_ends_too() {
    let kept = Kept::default();
    let (one, other) = (on(&kept), on(&kept));
    let mut tried = 0;
    for number in 0..100 {
        let throttle = if number % 2 == 0 { &one } else { &other };
        tried += u32::from(tries(throttle, "d01", ward(number), None, false).await);
    }
    assert_eq!(tried, PER_ACCOUNT);
    for _ in 0..3 {
        assert!(tries(&one, "d02", ward(1), None, false).await);
    }
    for _ in 0..2 {
        assert!(tries(&other, "d02", ward(1), None, false).await);
    }
    assert!(!tries(&one, "d02", ward(1), None, false).await);
}

#[tokio::test]
async fn what_others_do_refuses_nobody_on_a_browser_they_use() {
    let throttle = on(&Kept::default());
    let device = known(&throttle, "d01").await;
    for number in 0..100 {
        tries(&throttle, "d01", ward(number), None, false).await;
    }
    for _ in 0..100 {
        assert!(tries(&throttle, "d01", ward(7), Some(&device), true).await);
    }
    // It is no key to other accounts, and its own failures count.
    for number in 0..100 {
        tries(&throttle, "d02", ward(number), None, false).await;
    }
    assert!(!tries(&throttle, "d02", ward(7), Some(&device), true).await);
    for _ in 0..5 {
        assert!(tries(&throttle, "d01", ward(7), Some(&device), false).await);
    }
    assert!(!tries(&throttle, "d01", ward(7), Some(&device), true).await);
}

#[tokio::test(start_paused = true)]
async fn a_ward_with_many_failures_is_slowed_and_its_right_passwords_are_not() {
    let throttle = on(&Kept::default());
    for number in 0..50 {
        assert!(tries(&throttle, &number.to_string(), ward(7), None, false).await);
    }
    let start = Instant::now();
    for number in 100..700 {
        assert!(tries(&throttle, &number.to_string(), ward(7), None, true).await);
    }
    assert_eq!(
        start.elapsed(),
        Duration::ZERO,
        "600 right ones wait for nothing"
    );
    for number in 50..60 {
        assert!(tries(&throttle, &number.to_string(), ward(7), None, false).await);
    }
    assert!(
        start.elapsed() >= SLOWED * 9,
        "ten guesses took {:?}",
        start.elapsed()
    );
    let start = Instant::now();
    assert!(tries(&throttle, "60", ward(8), None, false).await);
    assert_eq!(start.elapsed(), Duration::ZERO, "another ward");
}

#[test]
fn a_window_ends_and_another_clock_keeps_nobody_waiting() {
    let now = Timestamp::UNIX_EPOCH;
    let seconds = jiff::SignedDuration::from_secs;
    assert_eq!(wait(now, now), Some(WINDOW));
    assert_eq!(wait(now - seconds(299), now), Some(Duration::from_secs(1)));
    assert_eq!(wait(now - seconds(300), now), None);
    assert_eq!(wait(now + seconds(3 * 86_400), now), None);
}
