//! Every mock stands in for its port, so that a host service can test against `dyn` ports.

use hims_chat_ports::*;

macro_rules! stand_in {
    ($($mock:ident => $port:ident,)*) => {
        #[test]
        fn every_mock_is_its_port() {
            $(let _: Box<dyn $port> = Box::new($mock::new());)*
        }

        const MOCKED: &[&str] = &[$(stringify!($port),)*];
    };
}

stand_in! {
    MockAdoption => Adoption,
    MockAttachmentScanner => AttachmentScanner,
    MockAttachments => Attachments,
    MockAudit => Audit,
    MockAuditTrail => AuditTrail,
    MockAvailabilities => Availabilities,
    MockChecking => Checking,
    MockClientTokens => ClientTokens,
    MockClock => Clock,
    MockCredentials => Credentials,
    MockDisposal => Disposal,
    MockDrafts => Drafts,
    MockFailedSignIns => FailedSignIns,
    MockHealth => Health,
    MockImportBatch => ImportBatch,
    MockLegalHolds => LegalHolds,
    MockLive => Live,
    MockMessages => Messages,
    MockMoves => Moves,
    MockPatientDirectory => PatientDirectory,
    MockPatientLookup => PatientLookup,
    MockPatientRegister => PatientRegister,
    MockReceipts => Receipts,
    MockRecords => Records,
    MockRelocating => Relocating,
    MockRetentionReceipts => RetentionReceipts,
    MockRoomImporter => RoomImporter,
    MockRoomRestore => RoomRestore,
    MockRooms => Rooms,
    MockSeeding => Seeding,
    MockSessions => Sessions,
    MockSignOns => SignOns,
    MockStaffDirectory => StaffDirectory,
    MockStaffRegister => StaffRegister,
}

#[test]
fn no_port_is_without_a_mock() {
    let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    let mut ports = Vec::new();
    for file in sources.map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            let text = std::fs::read_to_string(file).unwrap();
            let traits = text
                .lines()
                .filter_map(|line| line.strip_prefix("pub trait "));
            ports.extend(
                traits
                    .filter_map(|rest| rest.split(':').next())
                    .map(str::to_owned),
            );
        }
    }
    ports.sort();
    assert_eq!(ports, MOCKED);
}

#[test]
fn a_mock_answers_as_told_and_refuses_the_rest() {
    let mut clock = MockClock::new();
    let noon = "2026-03-01T12:00:00Z".parse().unwrap();
    clock.expect_now().times(1).return_const(noon);
    assert_eq!(clock.now(), noon);
    let untold = std::panic::catch_unwind(|| MockClock::new().now());
    assert!(untold.is_err(), "what was not expected is a failed test");
}
