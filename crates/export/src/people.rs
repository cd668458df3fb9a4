use std::collections::{HashMap, HashSet};

use domain::{Message, Profile, StaffId, StaffMember};
use ports::{Result, StaffDirectory};

/// The names of those whom messages only know by id: who received, read, acknowledged, is mentioned.
/// It grows with the staff, not with what they say.
#[derive(Default)]
pub(crate) struct People {
    known: HashMap<StaffId, Option<Profile>>,
}

/// Most ids of one question.
const AT_ONCE: usize = 500;

impl People {
    /// Looks up whoever of these messages is not known yet.
    pub(crate) async fn learn<'a>(
        &mut self,
        staff: &dyn StaffDirectory,
        messages: impl Iterator<Item = &'a Message>,
    ) -> Result<()> {
        let mut asked: HashSet<StaffId> = HashSet::new();
        for message in messages {
            let receipts = &message.receipts;
            let marks = [&receipts.delivered, &receipts.read, &receipts.acknowledged];
            let marked = marks.into_iter().flatten().map(|mark| &mark.doctor);
            let ids = marked.chain(&message.mentions);
            asked.extend(ids.filter(|id| !self.known.contains_key(*id)).cloned());
        }
        let asked: Vec<StaffId> = asked.into_iter().collect();
        for some in asked.chunks(AT_ONCE) {
            let members = staff.find_many(some).await?;
            self.known.extend(some.iter().map(|id| (id.clone(), None)));
            let known = members
                .into_iter()
                .map(|member| (member.id.clone(), Some(profile(member))));
            self.known.extend(known);
        }
        Ok(())
    }

    /// Somebody's name, or what they are called where the hospital does not know them any more.
    pub(crate) fn name(&self, id: &StaffId) -> String {
        match self.known.get(id) {
            Some(Some(profile)) => profile.name.as_ref().to_owned(),
            _ => format!("Staff member {id}"),
        }
    }
}

/// Somebody as they stand beside a message, doctor or not.
pub(crate) fn profile(member: StaffMember) -> Profile {
    Profile {
        id: member.id,
        name: member.name.into(),
        specialty: member.specialty.map(Into::into),
        grade: member.grade.map(Into::into),
    }
}
