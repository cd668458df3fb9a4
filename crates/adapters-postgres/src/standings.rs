use std::{collections::HashMap, time::Duration};

use diesel::sql_types::{Array, BigInt, Bool};
use domain::Standing;
use moka::sync::Cache;
use ports::Result;

use crate::{
    pool::Pool,
    queue::Work,
    sql::is_doctor,
    statement::{Statement, statement},
};

statement! {
    /// How users `$2` stand to rooms `$1`, pair by pair (numbered from 1): taking part, and in a direct room. Of a
    /// room that moved too: who may know of it is led to where it is now. No row for who never took part.
    Stand(Array<BigInt>, Array<BigInt>) -> (BigInt, Bool, Bool)
        = concat!("SELECT pair.n, bool_or(coalesce(p.left_at IS NULL AND ", is_doctor!("u"), ", false)),
                bool_or(r.type = 'private' AND r.patient_id IS NULL)
            FROM unnest($1, $2) WITH ORDINALITY AS pair (room_id, user_id, n)
            JOIN chat_participants p ON p.room_id = pair.room_id AND p.user_id = pair.user_id
            JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL
            LEFT JOIN users u ON u.id = p.user_id
            GROUP BY pair.n");
}

/// Asks how doctors stand to rooms, many at once: a message to hundreds has hundreds asked for.
pub(crate) struct Stands {
    pub(crate) pool: Pool,
}

impl Work for Stands {
    /// A room and a doctor.
    type Job = (i64, i64);
    type Answer = Standing;

    const BATCH: usize = 1_024;

    async fn run(&mut self, pairs: &[(i64, i64)]) -> Result<Vec<Result<Standing>>> {
        let (rooms, doctors): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
        let mut connection = self.pool.get().await?;
        let rows: Vec<(i64, bool, bool)> = connection.all(Stand::with((rooms, doctors))).await?;
        let mut found: HashMap<i64, Standing> = rows
            .into_iter()
            .map(|(n, takes_part, is_direct)| (n, standing(takes_part, is_direct)))
            .collect();
        let answers = (1..).zip(pairs);
        Ok(answers
            .map(|(n, _)| Ok(found.remove(&n).unwrap_or(Standing::Outsider)))
            .collect())
    }
}

fn standing(takes_part: bool, is_direct: bool) -> Standing {
    match (takes_part, is_direct) {
        (false, _) => Standing::Former,
        (true, true) => Standing::Partner,
        (true, false) => Standing::Participant,
    }
}

/// That a doctor takes part in a room, remembered for at most two seconds. That one does not is
/// never remembered.
pub(crate) struct Standings(Cache<(i64, i64), Standing>);

impl Default for Standings {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(100_000)
            .time_to_live(Duration::from_secs(2));
        Self(cache.build())
    }
}

impl Standings {
    pub(crate) fn get(&self, room: i64, doctor: i64) -> Option<Standing> {
        self.0.get(&(room, doctor))
    }

    pub(crate) fn put(&self, room: i64, doctor: i64, standing: Standing) {
        if standing.takes_part() {
            self.0.insert((room, doctor), standing);
        }
    }

    pub(crate) fn forget(&self, room: i64, doctor: i64) {
        self.0.invalidate(&(room, doctor));
    }
}
