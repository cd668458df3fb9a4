use super::{Message, World};

/// Totals of what is unread for someone over all their channels.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) messages: usize,
    pub(crate) channels: usize,
}

impl World {
    /// The messages of a channel that are in its main flow and not deleted for ever, oldest first.
    pub(crate) fn visible_messages(&self, cid: &str) -> impl DoubleEndedIterator<Item = &Message> {
        let timeline = self
            .channels
            .get(cid)
            .map(|channel| channel.timeline.as_slice())
            .unwrap_or_default();
        timeline
            .iter()
            .filter_map(|id| self.messages.get(id))
            .filter(|message| message.in_channel())
    }

    /// How many messages of others someone has not read in a channel.
    pub(crate) fn unread_in(&self, cid: &str, user: &str) -> usize {
        let Some(member) = self
            .channels
            .get(cid)
            .and_then(|channel| channel.members.get(user))
        else {
            return 0;
        };
        if self
            .kinds
            .get(cid.split(':').next().unwrap_or_default())
            .is_some_and(|kind| !kind.flag("read_events"))
        {
            return 0;
        }
        self.visible_messages(cid)
            .rev()
            .take_while(|message| message.created_at > member.last_read)
            .filter(|message| message.counts_as_unread() && message.user_id != user)
            .count()
    }

    pub(crate) fn unread_totals(&self, user: &str) -> Totals {
        let mut totals = Totals::default();
        for channel in self
            .channels
            .values()
            .filter(|channel| channel.deleted_at.is_none())
        {
            if self.muted(&channel.cid, user) {
                continue;
            }
            let unread = self.unread_in(&channel.cid, user);
            totals.messages += unread;
            totals.channels += usize::from(unread > 0);
        }
        totals
    }
}
