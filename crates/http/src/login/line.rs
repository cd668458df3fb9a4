//! A line of sign-ins that wait to be checked: checking a password takes a processor and much memory, so only as
//! many are checked at once as there are processors.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::network::Network;

/// Most who wait. Each takes a few kilobytes.
const MOST_WAITING: usize = 1_000;

/// The line. Browsers that the account has signed in with before go first. Then the networks take
/// turns, so that a storm from one holds up nobody elsewhere; and within a network the newest and the
/// oldest take turns, so that whoever comes in the middle of a storm is served soon, and whoever was
/// there first is served too. An account is checked once at a time: its failures are counted before
/// the next try.
pub(super) struct Line {
    state: Arc<Mutex<State>>,
}

/// The account and network of a waiting sign-in.
pub(super) struct Place {
    pub(super) account: String,
    pub(super) network: Option<Network>,
    /// On a browser that the account has signed in with before.
    pub(super) is_known: bool,
}

struct Waiting {
    place: Place,
    turn: oneshot::Sender<Turn>,
}

struct State {
    free: usize,
    busy: HashSet<String>,
    waiting: Vec<Waiting>,
    /// When each network was served last, counted in turns; kept while somebody waits.
    served: HashMap<Option<Network>, u64>,
    turns: u64,
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    state: Arc<Mutex<State>>,
    account: String,
    /// It takes a processor.
    works: bool,
}

impl Turn {
    /// The rest of the check waits for somebody else and takes no processor: the next has its turn. The
    /// account stays as it is, checked once at a time.
    pub(super) fn waits(&mut self) {
        if std::mem::take(&mut self.works) {
            let mut state = lock(&self.state);
            state.free += 1;
            serve(&self.state, state);
        }
    }
}

impl Line {
    /// A line for so many checks at once.
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                free: at_once,
                busy: HashSet::new(),
                waiting: Vec::new(),
                served: HashMap::new(),
                turns: 0,
            })),
        }
    }

    /// Waits for a turn; `None` when too many wait. Whoever stops waiting loses the place.
    pub(super) async fn turn(&self, place: Place) -> Option<Turn> {
        let (turn, mine) = oneshot::channel();
        {
            let mut state = lock(&self.state);
            if !state.make_room(&place) {
                return None;
            }
            state.waiting.push(Waiting { place, turn });
            serve(&self.state, state);
        }
        mine.await.ok()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.free += usize::from(self.works);
        state.busy.remove(&self.account);
        serve(&self.state, state);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives turns to whoever is next. The lock is let go of first where a turn comes back unused.
fn serve(shared: &Arc<Mutex<State>>, mut state: MutexGuard<'_, State>) {
    let mut unused = Vec::new();
    while state.free > 0
        && let Some(next) = state.next()
    {
        let Waiting { place, turn } = state.waiting.remove(next);
        state.free -= 1;
        state.turns += 1;
        let turns = state.turns;
        state.served.insert(place.network, turns);
        state.busy.insert(place.account.clone());
        let given = Turn {
            state: shared.clone(),
            account: place.account,
            works: true,
        };
        unused.extend(turn.send(given).err());
    }
    if state.waiting.is_empty() {
        state.served.clear();
    }
    drop(state);
    drop(unused);
}

impl State {
    /// The place in `waiting` of who is next.
    fn next(&mut self) -> Option<usize> {
        self.waiting.retain(|waiting| !waiting.turn.is_closed());
        let newest_first = !self.turns.is_multiple_of(2);
        let count = self.waiting.len();
        let ready = self.waiting.iter().enumerate();
        let ready = ready.filter(|(_, waiting)| !self.busy.contains(&waiting.place.account));
        ready
            .min_by_key(|(index, waiting)| {
                let place = &waiting.place;
                if place.is_known {
                    return (false, 0, *index);
                }
                let served = self.served.get(&place.network).copied().unwrap_or(0);
                let order = if newest_first { count - index } else { *index };
                (true, served, order)
            })
            .map(|(index, _)| index)
    }

    /// Whether somebody more may wait. Where the line is full, the newest of the network that has most
    /// in it goes instead, unless the newcomer is one of them.
    fn make_room(&mut self, newcomer: &Place) -> bool {
        if self.waiting.len() < MOST_WAITING {
            return true;
        }
        self.waiting.retain(|waiting| !waiting.turn.is_closed());
        if self.waiting.len() < MOST_WAITING {
            return true;
        }
        let mut of: HashMap<Option<Network>, usize> = HashMap::new();
        for waiting in self
            .waiting
            .iter()
            .filter(|waiting| !waiting.place.is_known)
        {
            *of.entry(waiting.place.network).or_default() += 1;
        }
        let own = of.get(&newcomer.network).copied().unwrap_or(0);
        let Some((crowd, most)) = of.into_iter().max_by_key(|(_, count)| *count) else {
            return false;
        };
        if !newcomer.is_known && own >= most {
            return false;
        }
        let of_the_crowd =
            |waiting: &Waiting| !waiting.place.is_known && waiting.place.network == crowd;
        if let Some(newest) = self.waiting.iter().rposition(of_the_crowd) {
            self.waiting.remove(newest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn place(account: &str, network: u8) -> Place {
        Place {
            account: account.to_owned(),
            network: Some(Network::of(IpAddr::from([10, 0, 0, network]))),
            is_known: false,
        }
    }

    fn enter(line: &Line, place: Place) -> oneshot::Receiver<Turn> {
        let (turn, mine) = oneshot::channel();
        let mut state = lock(&line.state);
        if state.make_room(&place) {
            state.waiting.push(Waiting { place, turn });
            serve(&line.state, state);
        }
        mine
    }

    #[tokio::test]
    async fn a_storm_from_one_network_holds_up_nobody_elsewhere() {
        let line = Line::new(1);
        let first = line.turn(place("a", 1)).await.unwrap();
        let storm: Vec<_> = (0..MOST_WAITING)
            .map(|number| enter(&line, place(&number.to_string(), 1)))
            .collect();
        let doctor = enter(&line, place("d01", 2));
        let same_ward = enter(&line, place("d02", 1));
        drop(first);
        drop(doctor.await.unwrap());
        assert!(same_ward.await.is_err(), "the storm's own network is full");
        let served = storm
            .into_iter()
            .filter_map(|mut turn| turn.try_recv().ok());
        let served: Vec<Turn> = served.collect();
        assert_eq!(served.len(), 1, "the next of the storm has its turn");
    }

    #[tokio::test]
    async fn the_newest_of_a_storm_need_not_wait_for_all_of_it() {
        let line = Line::new(1);
        let mut turn = line.turn(place("a", 1)).await.unwrap();
        let mut storm: Vec<_> = (0..100)
            .map(|number| enter(&line, place(&number.to_string(), 1)))
            .collect();
        let mut doctor = enter(&line, place("d01", 1));
        for served in 1..=2 {
            drop(turn);
            if let Ok(mine) = doctor.try_recv() {
                assert!(served <= 2);
                drop(mine);
                return;
            }
            let next = storm.iter_mut().find_map(|turn| turn.try_recv().ok());
            turn = next.expect("somebody is served");
        }
        panic!("two turns passed and the doctor was not served");
    }

    #[tokio::test]
    async fn a_known_browser_goes_first_and_an_account_is_checked_once_at_a_time() {
        let line = Line::new(2);
        let first = line.turn(place("d01", 1)).await.unwrap();
        let mut again = enter(&line, place("d01", 2));
        assert!(again.try_recv().is_err(), "though there is a processor");
        let other = line.turn(place("d02", 1)).await.unwrap();
        let mut storm = enter(&line, place("x", 3));
        let known = Place {
            is_known: true,
            ..place("d03", 1)
        };
        let mut known = enter(&line, known);
        drop(other);
        let turn = known.try_recv();
        assert!(turn.is_ok() && storm.try_recv().is_err());
        drop((first, again, storm, turn));
    }

    #[tokio::test]
    async fn a_check_that_waits_for_somebody_else_holds_up_its_own_account_alone() {
        let line = Line::new(1);
        let mut first = line.turn(place("d01", 1)).await.unwrap();
        let mut again = enter(&line, place("d01", 1));
        let mut other = enter(&line, place("d02", 1));
        first.waits();
        first.waits();
        let other = other.try_recv().unwrap();
        assert!(again.try_recv().is_err(), "d01 is checked once at a time");
        let mut third = enter(&line, place("d03", 1));
        assert!(third.try_recv().is_err(), "there is one processor");
        drop(other);
        drop(third.try_recv().unwrap());
        drop(first);
        drop(again.try_recv().unwrap());
        assert_eq!(lock(&line.state).free, 1);
    }

    #[tokio::test]
    async fn who_goes_away_leaves_no_gap() {
        let line = Line::new(1);
        let first = line.turn(place("a", 1)).await.unwrap();
        drop(enter(&line, place("b", 1)));
        let mut third = enter(&line, place("c", 1));
        drop(first);
        assert!(third.try_recv().is_ok());
        assert_eq!(lock(&line.state).waiting.len(), 0);
    }
}
