use domain::StaffId;
use jiff::{SignedDuration, Timestamp};

use crate::{Session, SessionKey, SignInKey, conformance::SignInFixture};

/// Now, to the microsecond, which is what stores keep.
fn now() -> Timestamp {
    let now = Timestamp::now().as_microsecond();
    Timestamp::from_microsecond(now).expect("a time of today")
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Begun at `at`, with a quarter of an hour until it is idle and twelve hours at most.
fn session(secret: &str, staff: &StaffId, at: Timestamp) -> Session {
    Session {
        key: SessionKey::of_secret(secret.as_bytes()),
        staff: staff.clone(),
        used_at: at,
        expires_at: at + minutes(15),
        ends_at: at + minutes(12 * 60),
    }
}

impl SignInFixture {
    async fn begin(&self, secret: &str, at: Timestamp) -> Session {
        let session = session(secret, self.doctors[0].id(), at);
        self.sessions.begin(&session).await.unwrap();
        session
    }

    async fn found(&self, session: &Session, at: Timestamp) -> Option<Session> {
        self.sessions.find(&session.key, at).await.unwrap()
    }
}

pub async fn a_session_is_found_until_its_end(f: SignInFixture) {
    let now = now();
    let session = f.begin("a", now).await;
    assert_eq!(f.found(&session, now).await, Some(session.clone()));
    assert!(f.found(&session, now + minutes(14)).await.is_some());
    assert_eq!(f.found(&session, now + minutes(15)).await, None);
    let other = SessionKey::of_secret(b"b");
    assert_eq!(f.sessions.find(&other, now).await.unwrap(), None);
}

pub async fn use_moves_the_end_and_never_past_the_last_hour(f: SignInFixture) {
    let now = now();
    let session = f.begin("a", now).await;
    for used in (10..12 * 60).step_by(10) {
        let at = now + minutes(used);
        let found = f.found(&session, at).await;
        assert!(found.is_some(), "after {used} minutes");
        f.sessions
            .extend(&session.key, at + minutes(15), at)
            .await
            .unwrap();
    }
    let last = f.found(&session, now + minutes(719)).await.unwrap();
    assert_eq!(last.expires_at, session.ends_at);
    assert_eq!(last.used_at, now + minutes(710));
    assert_eq!(f.found(&session, now + minutes(720)).await, None);
}

pub async fn a_session_that_ended_is_not_extended(f: SignInFixture) {
    let now = now();
    let idle = f.begin("idle", now).await;
    let later = now + minutes(15);
    f.sessions
        .extend(&idle.key, later + minutes(15), later)
        .await
        .unwrap();
    assert_eq!(f.found(&idle, later).await, None);
    let mut last = session("last", f.doctors[0].id(), now);
    last.ends_at = now + minutes(5);
    f.sessions.begin(&last).await.unwrap();
    let later = now + minutes(6);
    f.sessions
        .extend(&last.key, later + minutes(15), later)
        .await
        .unwrap();
    assert_eq!(f.found(&last, later).await, None);
    let ended = f.begin("ended", now).await;
    f.sessions.end(&ended.key).await.unwrap();
    f.sessions
        .extend(&ended.key, now + minutes(15), now)
        .await
        .unwrap();
    assert_eq!(f.found(&ended, now).await, None);
}

pub async fn a_clock_set_back_revives_and_extends_nothing(f: SignInFixture) {
    let now = now();
    let session = f.begin("a", now).await;
    let back = now - minutes(3 * 24 * 60);
    assert_eq!(f.found(&session, back).await, None);
    f.sessions
        .extend(&session.key, back + minutes(15), back)
        .await
        .unwrap();
    assert_eq!(f.found(&session, back).await, None);
    assert_eq!(
        f.found(&session, now).await,
        Some(session.clone()),
        "as it was"
    );
    // The clocks of two instances may differ a little.
    let behind = now - SignedDuration::from_secs(30);
    assert!(f.found(&session, behind).await.is_some());
}

pub async fn an_ended_session_is_gone_and_others_are_not(f: SignInFixture) {
    let now = now();
    let [first, second] = [f.begin("a", now).await, f.begin("b", now).await];
    let other = session("c", f.doctors[1].id(), now);
    f.sessions.begin(&other).await.unwrap();
    f.sessions.end(&first.key).await.unwrap();
    f.sessions.end(&first.key).await.unwrap();
    assert_eq!(f.found(&first, now).await, None);
    assert!(f.found(&second, now).await.is_some());
    f.sessions.end_all(f.doctors[0].id()).await.unwrap();
    assert_eq!(f.found(&second, now).await, None);
    assert!(f.found(&other, now).await.is_some());
}

pub async fn a_changed_account_ends_its_sessions(f: SignInFixture) {
    let now = now();
    for change in [
        "UPDATE users SET password = 'another' WHERE id = 1",
        "UPDATE users SET remember_token = 'another' WHERE id = 1",
        "UPDATE users SET role = 'nurse' WHERE id = 1",
        "UPDATE users SET role = 'doctor' WHERE id = 1",
        "UPDATE users SET is_active = false WHERE id = 1",
    ] {
        let session = f.begin(change, now).await;
        let mut others = session.clone();
        others.key = SessionKey::of_secret(b"other");
        others.staff = f.doctors[1].id().clone();
        f.sessions.begin(&others).await.unwrap();
        (f.execute)("UPDATE users SET name = 'Dr Another', password = password").await;
        assert!(
            f.found(&session, now).await.is_some(),
            "nothing of it changed"
        );
        (f.execute)(change).await;
        // Even where it is as before again: whoever signed in under it does so anew.
        (f.execute)("UPDATE users SET is_active = true WHERE id = 1").await;
        assert_eq!(f.found(&session, now).await, None, "{change}");
        assert!(f.found(&others, now).await.is_some(), "{change}");
    }
}

pub async fn failures_are_counted_by_key_within_their_window(f: SignInFixture) {
    let now = now();
    let keys = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let counted = async |name: &str| {
        let counted = f.failures.counted(&keys(&[name, "never"])).await.unwrap();
        counted
            .first()
            .map(|failures| (failures.count, failures.since))
    };
    let window = now - minutes(5);
    assert_eq!(counted("a").await, None);
    f.failures
        .count(&keys(&["a", "b"]), now, window)
        .await
        .unwrap();
    let later = now + minutes(4);
    f.failures
        .count(&keys(&["a"]), later, later - minutes(5))
        .await
        .unwrap();
    assert_eq!(counted("a").await, Some((2, now)));
    assert_eq!(counted("b").await, Some((1, now)));
    f.failures.forget("a").await.unwrap();
    f.failures.forget("a").await.unwrap();
    assert_eq!(counted("a").await, None);
    let later = now + minutes(6);
    f.failures
        .count(&keys(&["b"]), later, later - minutes(5))
        .await
        .unwrap();
    assert_eq!(counted("b").await, Some((1, later)), "the window was over");
    // What a clock that has been set back since counted is no count.
    f.failures
        .count(&keys(&["b"]), window, window - minutes(5))
        .await
        .unwrap();
    assert_eq!(counted("b").await, Some((1, window)));
}

pub async fn the_key_of_the_digests_is_the_first_one(f: SignInFixture) {
    let (first, second) = (SignInKey::random(), SignInKey::random());
    let kept = f.failures.key(&first).await.unwrap();
    assert_eq!(kept, first);
    assert_eq!(f.failures.key(&second).await.unwrap(), first);
    assert_eq!(first.digest(&["a", "b"]), kept.digest(&["a", "b"]));
    assert_ne!(first.digest(&["a", "b"]), first.digest(&["ab", ""]));
    assert_ne!(first.digest(&["a"]), second.digest(&["a"]));
}

pub async fn ways_of_hashing_are_told_without_salt(f: SignInFixture) {
    for change in [
        "UPDATE users SET password = '$argon2id$v=19$m=65536,t=4,p=1$c2FsdHNhbHRzYWx0$aGFzaA'",
        "UPDATE users SET password = '$2y$12$eW5vdGhpbmdzZWNyZXRoZOOf0U9GQ2gZfWdqNGOnu5.IdREv/E.F2' WHERE id = 1",
    ] {
        (f.execute)(change).await;
    }
    let mut ways = f.credentials.ways_of_hashing().await.unwrap();
    ways.sort();
    assert_eq!(ways, ["$2y$12$", "$argon2id$v=19$m=65536,t=4,p=1$"]);
    (f.execute)(
        "UPDATE users SET password = '$argon2i$v=19$m=1024,t=2,p=2$c2FsdHNhbHRzYWx0$aGFzaA'",
    )
    .await;
    let ways = f.credentials.ways_of_hashing().await.unwrap();
    assert_eq!(ways, ["$argon2i$v=19$m=1024,t=2,p=2$"]);
    (f.execute)("UPDATE users SET password = '!'").await;
    assert_eq!(f.credentials.ways_of_hashing().await.unwrap(), [""; 0]);
}
