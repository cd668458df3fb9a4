use domain::{Role, StaffId};

use crate::{Login, conformance::SignInFixture};

impl SignInFixture {
    async fn login(&self, email: &str) -> Option<Login> {
        self.credentials.find(email).await.unwrap()
    }
}

pub async fn a_login_is_found_by_its_address_in_any_case(f: SignInFixture) {
    (f.execute)(
        "UPDATE users SET email = 'Ana.Bru@Hospital.Example', password = 'a hash' WHERE id = 1",
    )
    .await;
    for email in [
        "Ana.Bru@Hospital.Example",
        "ana.bru@hospital.example",
        "ANA.BRU@HOSPITAL.EXAMPLE",
    ] {
        let login = f.login(email).await.expect(email);
        assert_eq!(login.member, *f.doctors[0].member());
        assert_eq!(login.password.expose(), "a hash");
    }
    for email in ["ana.bru", "ana_bru@hospital.example", "%", "", "\0"] {
        assert_eq!(f.login(email).await, None, "{email:?}");
    }
}

pub async fn of_two_addresses_the_exact_one_is_found(f: SignInFixture) {
    (f.execute)("UPDATE users SET email = 'Ana@hospital.example' WHERE id = 1").await;
    (f.execute)("UPDATE users SET email = 'ana@hospital.example' WHERE id = 2").await;
    for (email, doctor) in [
        ("Ana@hospital.example", 0),
        ("ana@hospital.example", 1),
        ("ANA@hospital.example", 0),
    ] {
        let login = f.login(email).await.expect(email);
        assert_eq!(login.member.id, *f.doctors[doctor].id(), "{email}");
    }
}

pub async fn who_has_left_is_found_as_somebody_who_has_left(f: SignInFixture) {
    (f.execute)("UPDATE users SET email = 'ana@hospital.example', is_active = false WHERE id = 1")
        .await;
    let login = f.login("ana@hospital.example").await.unwrap();
    assert!(!login.member.active, "whoever asks decides");
    (f.execute)("UPDATE users SET role = 'nurse', is_active = true WHERE id = 1").await;
    let login = f.login("ana@hospital.example").await.unwrap();
    assert_eq!(login.member.role, Role::Nurse);
    (f.execute)("UPDATE users SET deleted_at = '2030-01-01 00:00:00' WHERE id = 1").await;
    assert_eq!(f.login("ana@hospital.example").await, None);
}

pub async fn the_doctors_who_may_sign_in_are_told_by_id(f: SignInFixture) {
    (f.execute)("UPDATE users SET email = 'Ana@hospital.example' WHERE id = 1").await;
    (f.execute)("UPDATE users SET email = 'ben@hospital.example' WHERE id = 2").await;
    let told = async || f.credentials.doctors().await.unwrap();
    let ana = (StaffId::from(1), "Ana@hospital.example".to_owned());
    let ben = (StaffId::from(2), "ben@hospital.example".to_owned());
    assert_eq!(told().await, [ana, ben.clone()]);
    for leaving in [
        "UPDATE users SET is_active = false WHERE id = 1",
        "UPDATE users SET is_active = true, role = 'nurse' WHERE id = 1",
        "UPDATE users SET role = 'doctor', deleted_at = '2030-01-01 00:00:00' WHERE id = 1",
    ] {
        (f.execute)(leaving).await;
        assert_eq!(told().await, std::slice::from_ref(&ben), "{leaving}");
    }
}
