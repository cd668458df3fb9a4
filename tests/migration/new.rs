//! The chat that an old one is brought into.

use serde_json::Value;

use super::old::Old;
use crate::support::{
    database::{Database, Engine},
    device::Device,
    server::Server,
};

/// The demonstration hospital, with two doctors more whom the old application knows too.
pub(super) struct New {
    pub(super) database: Database,
}

const DOCTORS: &str = "
    INSERT INTO users (name, email, password, role, is_active)
        SELECT 'Dr One', 'One@larkmere.example', password, 'doctor', true FROM users WHERE email = 'd01@larkmere.example';
    INSERT INTO users (name, email, password, role, is_active)
        SELECT 'Dr Two', 'two@larkmere.example', password, 'doctor', true FROM users WHERE email = 'd01@larkmere.example';
";

impl New {
    pub(super) async fn fresh(engine: Engine) -> Self {
        let database = Database::demonstration(engine).await;
        database.execute(DOCTORS).await;
        Self { database }
    }

    /// Adopts, which must succeed.
    pub(super) async fn adopt(&self, old: &Old, more: &[&str]) -> Value {
        let arguments = old.arguments("adopt", &[&["--json"], more].concat());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let text = Server::run(&self.database, &arguments).await;
        serde_json::from_str(&text).unwrap()
    }

    /// Adopts, which must be refused; with what is said.
    pub(super) async fn refused(&self, old: &Old, more: &[&str]) -> String {
        let arguments = old.arguments("adopt", more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = Server::output(&self.database, &arguments, &[]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{said}");
        said
    }

    pub(super) async fn number(&self, query: &str) -> i64 {
        self.database.number(query).await
    }

    /// Everything that was brought, by its old ids: what another run must come to as well.
    pub(super) async fn state(&self) -> String {
        let micros = |column: &str| {
            let postgres = format!("hims_micros({column})");
            self.database.words(column, &postgres).to_owned()
        };
        let lines = LINES
            .replace("SENT", &micros("m.sent_at"))
            .replace("READ", &micros("c.at"));
        let query =
            format!("SELECT string_agg(line, ';\n' ORDER BY line) FROM ({lines}) AS brought");
        self.database.text(&query).await
    }

    /// The messages that a doctor is shown of the room with a title: author and text, oldest first.
    pub(super) async fn shown(&self, device: &Device, title: &str) -> Vec<(String, String)> {
        let rooms = device.get("/doctor/chat/api/rooms").await.json();
        let rooms = rooms["rooms"].as_array().unwrap().clone();
        let room = rooms.iter().find(|room| room["title"] == title);
        let room = room.unwrap_or_else(|| panic!("no {title} in {rooms:#?}"));
        let messages = device.messages(room["id"].as_str().unwrap()).await;
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        messages
            .iter()
            .map(|message| (word(&message["author"]["name"]), word(&message["text"])))
            .collect()
    }
}

const LINES: &str = "
    SELECT 'message ' || r.key || ' ' || m.position || ' ' || i.key || ' ' || coalesce(u.name, 'System') || ' '
            || coalesce(m.message, '-') || ' ' || SENT || ' ' || coalesce(t.key, '-') || ' ' || m.type AS line
        FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id
        JOIN hims_adopted_ids r ON r.source = i.source AND r.part = 'rooms' AND r.id = m.room_id
        LEFT JOIN users u ON u.id = m.user_id
        LEFT JOIN hims_adopted_ids t ON t.source = i.source AND t.part = 'messages' AND t.id = m.reply_to_id
        WHERE i.part = 'messages'
    UNION ALL SELECT 'room ' || i.key || ' ' || coalesce(r.name, '-') || ' ' || r.type || ' ' || r.last_position || ' '
            || coalesce(r.patient_id, 0) FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id WHERE i.part = 'rooms'
    UNION ALL SELECT 'user ' || i.key || ' ' || u.name || ' ' || u.role
        FROM hims_adopted_ids i JOIN users u ON u.id = i.id WHERE i.part = 'users'
    UNION ALL SELECT 'participant ' || i.key || ' ' || u.name || ' ' || p.read_position
        FROM hims_adopted_ids i JOIN chat_participants p ON p.room_id = i.id JOIN users u ON u.id = p.user_id
        WHERE i.part = 'rooms'
    UNION ALL SELECT 'mark ' || i.key || ' ' || u.name || ' ' || c.kind || ' ' || c.position || ' ' || READ
        FROM hims_adopted_ids i JOIN chat_receipts c ON c.room_id = i.id JOIN users u ON u.id = c.user_id
        WHERE i.part = 'rooms'
    UNION ALL SELECT 'file ' || i.key || ' ' || m.key || ' ' || a.name || ' ' || a.size
        FROM hims_adopted_ids i JOIN chat_attachments a ON a.id = i.id
        JOIN hims_adopted_ids m ON m.source = i.source AND m.part = 'messages' AND m.id = a.message_id
        WHERE i.part = 'files'
    UNION ALL SELECT 'note ' || part || ' ' || key || ' ' || reason || ' ' || outcome || ' ' || raw FROM hims_adoption_notes";
