use domain::StaffId;
use jiff::{SignedDuration, Timestamp};

use crate::{Session, SessionId, SessionKey, SignInKey, conformance::SignInFixture};

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
    let key = SessionKey::of_secret(secret.as_bytes());
    let (expires_at, ends_at) = (at + minutes(15), at + minutes(12 * 60));
    Session::begin(key, staff.clone(), at, expires_at, ends_at)
        .on(Some("Firefox on Windows".to_owned()))
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
        others.id = SessionId::random();
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

pub async fn sessions_are_listed_by_their_last_use(f: SignInFixture) {
    let now = now();
    let doctor = f.doctors[0].id();
    assert_eq!(f.sessions.list(doctor, now).await.unwrap(), []);
    let first = f.begin("a", now - minutes(10)).await;
    let second = f.begin("b", now - minutes(5)).await;
    let mut unknown = session("c", doctor, now - minutes(7));
    unknown.device = None;
    f.sessions.begin(&unknown).await.unwrap();
    let other = session("d", f.doctors[1].id(), now);
    f.sessions.begin(&other).await.unwrap();
    let listed = f.sessions.list(doctor, now).await.unwrap();
    assert_eq!(listed, [second.clone(), unknown.clone(), first.clone()]);
    let others = f.sessions.list(f.doctors[1].id(), now).await.unwrap();
    assert_eq!(others, [other]);
    // Use brings it to the top, and does not change when it began.
    f.sessions
        .extend(&first.key, now + minutes(15), now)
        .await
        .unwrap();
    let listed = f.sessions.list(doctor, now).await.unwrap();
    assert_eq!(listed[0].id, first.id);
    assert_eq!(
        (listed[0].began_at, listed[0].used_at),
        (first.began_at, now)
    );
    // Those that have ended are no sessions any more.
    let later = f.sessions.list(doctor, now + minutes(10)).await.unwrap();
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].id, first.id);
    let back = now - minutes(3 * 24 * 60);
    assert_eq!(f.sessions.list(doctor, back).await.unwrap(), []);
    let nobody = StaffId::parse("nobody").unwrap();
    assert_eq!(f.sessions.list(&nobody, now).await.unwrap(), []);
}

pub async fn no_more_sessions_are_listed_than_promised(f: SignInFixture) {
    let now = now();
    let doctor = f.doctors[0].id();
    for number in 0..=Session::MOST_LISTED {
        let seconds = i64::try_from(number).unwrap();
        let at = now - SignedDuration::from_secs(seconds);
        f.begin(&number.to_string(), at).await;
    }
    let listed = f.sessions.list(doctor, now).await.unwrap();
    assert_eq!(listed.len(), Session::MOST_LISTED);
    assert_eq!(listed[0].key, SessionKey::of_secret(b"0"));
    assert_eq!(listed[99].key, SessionKey::of_secret(b"99"));
}

pub async fn one_session_of_ones_own_is_ended_by_its_id(f: SignInFixture) {
    let now = now();
    let [doctor, other] = [f.doctors[0].id(), f.doctors[1].id()];
    let [first, second] = [f.begin("a", now).await, f.begin("b", now).await];
    let end = async |staff: &StaffId, id: &SessionId| {
        let ended = f.sessions.end_one(staff, id).await;
        ended.unwrap()
    };
    assert_eq!(end(other, &first.id).await, None, "somebody else's");
    assert_eq!(end(doctor, &SessionId::random()).await, None, "no session");
    let nobody = StaffId::parse("nobody").unwrap();
    assert_eq!(end(&nobody, &first.id).await, None);
    assert!(f.found(&first, now).await.is_some());
    assert_eq!(end(doctor, &first.id).await, Some(first.key.clone()));
    assert_eq!(end(doctor, &first.id).await, None, "it is gone");
    assert_eq!(f.found(&first, now).await, None);
    assert!(f.found(&second, now).await.is_some());
}

pub async fn all_but_one_session_are_ended(f: SignInFixture) {
    let now = now();
    let [doctor, other] = [f.doctors[0].id(), f.doctors[1].id()];
    let [first, second, third] = [
        f.begin("a", now).await,
        f.begin("b", now).await,
        f.begin("c", now).await,
    ];
    let others = session("d", other, now);
    f.sessions.begin(&others).await.unwrap();
    let mut ended = f.sessions.end_others(doctor, &second.key).await.unwrap();
    ended.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    let mut expected = [first.key.clone(), third.key.clone()];
    expected.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    assert_eq!(ended, expected);
    assert_eq!(f.found(&first, now).await, None);
    assert_eq!(f.found(&third, now).await, None);
    assert!(f.found(&second, now).await.is_some());
    assert!(f.found(&others, now).await.is_some());
    let again = f.sessions.end_others(doctor, &second.key).await.unwrap();
    assert_eq!(again, []);
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
