use std::sync::Arc;

use domain::Standing;
use legacy::Files;
use moka::sync::Cache;
use ports::{AuditKey, PatientRefKey, hub::Hub};

use crate::{live::Online, readers::Readers, writer::Writer};

/// The state that all ports of this adapter share. Each port is implemented for it in a file of its name.
pub(crate) struct Store {
    pub(crate) readers: Arc<Readers>,
    pub(crate) writer: Writer,
    pub(crate) hub: Arc<Hub>,
    pub(crate) online: Online,
    pub(crate) files: Files,
    pub(crate) key: PatientRefKey,
    pub(crate) audit_key: AuditKey,
    /// Memberships by (room, doctor), kept for two seconds. Only a "takes part" is kept.
    pub(crate) standings: Cache<(i64, i64), Standing>,
}
