use std::collections::{BTreeMap, HashSet};

use tokio::sync::mpsc;

use crate::listen::Cut;

/// A frame that goes out over a socket.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Text(String),
    Close(u16, &'static str),
}

#[derive(Debug)]
struct Connection {
    user: String,
    out: mpsc::Sender<Frame>,
    cut: Option<Cut>,
    watching: HashSet<String>,
    /// Users whose coming and going it wants to hear of.
    presence: HashSet<String>,
}

/// The users who are connected, and the channels each listens to.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: BTreeMap<String, Connection>,
}

impl Connections {
    pub(super) fn add(&mut self, id: &str, user: &str, out: mpsc::Sender<Frame>, cut: Option<Cut>) {
        let connection = Connection {
            user: user.to_owned(),
            out,
            cut,
            watching: HashSet::new(),
            presence: HashSet::new(),
        };
        self.open.insert(id.to_owned(), connection);
    }

    /// Forgets a connection; says which channels it watched.
    pub(super) fn remove(&mut self, id: &str) -> Vec<String> {
        self.open
            .remove(id)
            .map(|connection| connection.watching.into_iter().collect())
            .unwrap_or_default()
    }

    pub(crate) fn clear(&mut self) {
        self.open.clear();
    }

    pub(crate) fn count(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.open.keys().cloned().collect()
    }

    pub(crate) fn user(&self, id: &str) -> Option<String> {
        self.open.get(id).map(|connection| connection.user.clone())
    }

    pub(crate) fn of(&self, user: &str) -> Vec<String> {
        self.ids(|connection| connection.user == user)
    }

    pub(crate) fn watching(&self, cid: &str) -> Vec<String> {
        self.ids(|connection| connection.watching.contains(cid))
    }

    pub(crate) fn interested_in(&self, user: &str) -> Vec<String> {
        self.ids(|connection| connection.user == user || connection.presence.contains(user))
    }

    fn ids(&self, fits: impl Fn(&Connection) -> bool) -> Vec<String> {
        self.open
            .iter()
            .filter(|(_, connection)| fits(connection))
            .map(|(id, _)| id.clone())
            .collect()
    }

    pub(crate) fn online(&self, user: &str) -> bool {
        self.open.values().any(|connection| connection.user == user)
    }

    pub(crate) fn watches(&self, id: &str, cid: &str) -> bool {
        self.open
            .get(id)
            .is_some_and(|connection| connection.watching.contains(cid))
    }

    /// The users who watch a channel, each once.
    pub(crate) fn watchers(&self, cid: &str) -> Vec<String> {
        let watching = self
            .open
            .values()
            .filter(|connection| connection.watching.contains(cid));
        let mut users: Vec<String> = watching.map(|connection| connection.user.clone()).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    pub(crate) fn watcher_count(&self, cid: &str) -> usize {
        self.watchers(cid).len()
    }

    pub(crate) fn watch(&mut self, id: &str, cid: &str) {
        if let Some(connection) = self.open.get_mut(id) {
            connection.watching.insert(cid.to_owned());
        }
    }

    pub(crate) fn unwatch(&mut self, id: &str, cid: &str) {
        if let Some(connection) = self.open.get_mut(id) {
            connection.watching.remove(cid);
        }
    }

    pub(crate) fn want_presence(&mut self, id: &str, users: impl IntoIterator<Item = String>) {
        if let Some(connection) = self.open.get_mut(id) {
            connection.presence.extend(users);
        }
    }

    /// Hands a frame to the socket. One that does not keep up is cut: it will connect anew and ask what it missed.
    pub(crate) fn send(&self, id: &str, text: &str) {
        let Some(connection) = self.open.get(id) else {
            return;
        };
        if connection
            .out
            .try_send(Frame::Text(text.to_owned()))
            .is_err()
            && let Some(cut) = &connection.cut
        {
            cut.reset();
        }
    }

    pub(crate) fn close(&self, code: u16, reason: &'static str) {
        for connection in self.open.values() {
            // A full queue belongs to a socket that is as good as dead.
            let _ = connection.out.try_send(Frame::Close(code, reason));
        }
    }

    /// Resets connections of one user, or all; says how many.
    pub(crate) fn cut(&self, user: Option<&str>) -> usize {
        self.each_cut(user, Cut::reset)
    }

    /// Leaves connections of one user, or all, half open; says how many.
    pub(crate) fn silence(&self, user: Option<&str>) -> usize {
        self.each_cut(user, Cut::silence)
    }

    fn each_cut(&self, user: Option<&str>, act: impl Fn(&Cut)) -> usize {
        let hit = self
            .open
            .values()
            .filter(|connection| user.is_none_or(|user| connection.user == user));
        hit.filter_map(|connection| connection.cut.as_ref())
            .map(act)
            .count()
    }
}
