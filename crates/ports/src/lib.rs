//! The traits by which a doctor chat reaches other systems, and the guard that stands before them.
//!
//! A *backend* (the legacy chat in SQL, or Stream) is a [`Backend`]: five ports and what it can do.
//! Whoever wants to use one holds a [`Chat`], which is the same ports behind the guard: it asks
//! the policy, writes the audit entry, and only then calls the backend. There is no way from a
//! [`Chat`] back to the unguarded ports.
//!
//! ```
//! use ports::{Backend, Chat, PatientDirectory, Audit, SystemClock};
//! use std::sync::Arc;
//!
//! fn guarded(backend: Backend, audit: Arc<dyn Audit>) -> Chat {
//!     Chat::new(backend, audit, Arc::new(SystemClock))
//! }
//! # use hims_chat_ports as ports;
//! ```

pub mod adoption;
mod attachment_scanner;
mod attachments;
mod audit;
mod audit_trail;
mod availabilities;
mod backend;
mod capabilities;
mod checks;
mod client_tokens;
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod credentials;
mod disposal;
mod drafts;
mod error;
mod failed_sign_ins;
mod guard;
pub mod hub;
mod legal_holds;
mod live;
mod messages;
mod moves;
mod patience;
mod patient_directory;
mod patient_lookup;
mod patient_ref_key;
mod patient_register;
mod receipts;
mod records;
mod relocating;
mod retention_receipts;
mod room_importer;
mod room_restore;
mod rooms;
mod seed;
mod sessions;
mod sign_ons;
mod staff_directory;
mod staff_register;
mod traced;
pub mod usecase;

pub use adoption::Adoption;
pub use attachment_scanner::{AttachmentScanner, Scan};
pub use attachments::{Attachments, Fetched, FileContent, NewAttachment, NewPicture};
pub use audit::{
    Audit, AuditEntry, AuditKey, Head, InvalidHead, InvalidSeal, Link, Origin, RemovedEntries,
    Seal, Signature, SignedAudit, Visit, WrittenEntry,
};
pub use audit_trail::{AuditFilter, AuditTrail, StoredEntry};
pub use availabilities::{Availabilities, AvailabilityNews, AvailabilityStream};
pub use backend::{Backend, Health};
pub use capabilities::Capabilities;
pub use checks::{Checking, Finding, Verdict};
pub use client_tokens::{ClientToken, ClientTokens};
pub use clock::{Clock, SystemClock};
pub use credentials::{Credentials, Login, PasswordHash};
pub use disposal::{DISPOSED_AT_ONCE, Disposal, DisposalRoom, DueMessage, Removal};
pub use drafts::{DRAFTS_KEPT, DraftPlace, Drafts, KeptDraft, MOST_DRAFTS, Replaces};
pub use error::{Error, ErrorKind, Result};
pub use failed_sign_ins::{FailedSignIns, Failures, SignInKey};
pub use guard::{
    Allowance, Chat, Checks, GuardedAuditTrail, GuardedAvailabilities, GuardedPatientRegister,
    GuardedRetention, GuardedStaffRegister, OrderedBy, Pace, Paced, PatientWarning, Patients,
    Relocations,
};
pub use legal_holds::{LegalHold, LegalHolds, MOST_LIFTED, NewHold};
pub use live::{Delivery, EventId, EventStream, Live, LiveEvent, Signal};
pub use messages::{MAX_WAITING, Messages, Posted};
pub use moves::{
    MOVES_AT_ONCE, Move, MoveState, Moves, Name, OPEN_WITHIN, legacy_file_name, legacy_name,
    name_there, stream_file_name, stream_name,
};
pub use patience::{Patience, retry_temporary};
pub use patient_directory::{MOST_NAMED, MOST_ON_WARD, PatientDirectory};
pub use patient_lookup::{PatientLookup, PatientName};
pub use patient_ref_key::{InvalidKey, PatientRefKey};
pub use patient_register::{Merge, PatientRegister, Record};
pub use receipts::Receipts;
pub use records::{MessageRecord, RECORDS_AT_ONCE, Records, RoomRecord};
pub use relocating::{
    MoveCounts, MoveOrder, MoveProgress, MoveReport, MoveScope, MoveStatus, Relocating,
};
pub use retention_receipts::{RetentionReceipt, RetentionReceipts};
pub use room_importer::{ImportBatch, Looked, RoomImporter};
pub use room_restore::{ReceiptStep, RemoteChange, RoomRestore};
pub use rooms::{Opened, Rooms};
pub use seed::{Seed, SeedMessage, SeedPatient, SeedRoom, SeedRoomKind, SeedStaff, Seeding};
pub use sessions::{InvalidSessionId, Session, SessionId, SessionKey, Sessions};
pub use sign_ons::{Account, InvalidSubject, SignOns, Subject};
pub use staff_directory::{DoctorFilter, DoctorPage, DoctorPlaces, StaffDirectory};
pub use staff_register::{DeactivatedBy, RegisteredStaff, StaffPage, StaffRegister};

pub use traced::{TRACES, part_of_request};

#[cfg(feature = "mocks")]
pub use {
    adoption::MockAdoption,
    attachment_scanner::MockAttachmentScanner,
    attachments::MockAttachments,
    audit::MockAudit,
    audit_trail::MockAuditTrail,
    availabilities::MockAvailabilities,
    backend::MockHealth,
    checks::MockChecking,
    client_tokens::MockClientTokens,
    clock::MockClock,
    credentials::MockCredentials,
    disposal::MockDisposal,
    drafts::MockDrafts,
    failed_sign_ins::MockFailedSignIns,
    legal_holds::MockLegalHolds,
    live::MockLive,
    messages::MockMessages,
    moves::MockMoves,
    patient_directory::MockPatientDirectory,
    patient_lookup::MockPatientLookup,
    patient_register::MockPatientRegister,
    receipts::MockReceipts,
    records::MockRecords,
    relocating::MockRelocating,
    retention_receipts::MockRetentionReceipts,
    room_importer::{MockImportBatch, MockRoomImporter},
    room_restore::MockRoomRestore,
    rooms::MockRooms,
    seed::MockSeeding,
    sessions::MockSessions,
    sign_ons::MockSignOns,
    staff_directory::MockStaffDirectory,
    staff_register::MockStaffRegister,
};
