use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use axum::response::Response;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::body::Whole;
use crate::{TrustedProxies, network::Network};

/// Connections above the most, which only ask how the service is.
const FOR_HEALTH: usize = 16;

/// How many connections there may be.
pub(in crate::cli) struct Room {
    most: usize,
    /// Proxies, behind which all doctors may be.
    shared: TrustedProxies,
}

impl Room {
    /// So many connections. No network has more than half of them, but for those of `shared`.
    pub(in crate::cli) fn of(most: usize, shared: TrustedProxies) -> Self {
        Self { most, shared }
    }
}

/// The connections there are. Where all seats are taken, one is taken back from a connection that asks nothing,
/// else from one whose request is still coming: the oldest of the network that has most of these. So
/// silent connections keep nobody out, and live streams and calls in flight lose nothing.
#[derive(Clone)]
pub(super) struct Seats(Arc<Hall>);

struct Hall {
    room: Room,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    seats: HashMap<u64, Arc<Place>>,
    last: u64,
    for_health: usize,
    of: HashMap<Network, usize>,
}

/// One connection's.
struct Place {
    network: Network,
    is_for_health_only: bool,
    doing: Mutex<(Doing, Instant)>,
    taken_back: CancellationToken,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Doing {
    /// Between two requests, or before the first.
    Nothing,
    /// A body is coming.
    Sending,
    /// An answer is made or read.
    Answering,
}

/// A connection's seat, until it is dropped.
pub(super) struct Seat {
    number: u64,
    place: Arc<Place>,
    hall: Arc<Hall>,
}

/// While it lives, a request is served on the connection.
#[derive(Clone)]
pub(super) struct InUse(Arc<Using>);

struct Using(Arc<Place>);

impl Seats {
    pub(super) fn new(room: Room) -> Self {
        Self(Arc::new(Hall {
            room,
            taken: Mutex::default(),
        }))
    }

    /// A seat for a connection; `None` when none can be had.
    pub(super) fn take(&self, address: IpAddr) -> Option<Seat> {
        let network = Network::of(address);
        let mut taken = self.0.taken();
        let usual = taken.seats.len() - taken.for_health;
        let own = taken.of.get(&network).copied().unwrap_or(0);
        let share = (self.0.room.most / 2).max(1);
        let mut is_for_health_only = false;
        if usual >= self.0.room.most {
            if !taken.take_back(|place| !place.is_for_health_only) {
                is_for_health_only = true;
            }
        } else if own >= share
            && !self.0.room.shared.contains(address)
            && !taken.take_back(|place| !place.is_for_health_only && place.network == network)
        {
            is_for_health_only = true;
        }
        if is_for_health_only
            && taken.for_health >= FOR_HEALTH
            && !taken.take_back(|place| place.is_for_health_only)
        {
            count("full");
            return None;
        }
        taken.last += 1;
        let number = taken.last;
        let place = Arc::new(Place {
            network,
            is_for_health_only,
            doing: Mutex::new((Doing::Nothing, Instant::now())),
            taken_back: CancellationToken::new(),
        });
        taken.for_health += usize::from(is_for_health_only);
        *taken.of.entry(network).or_default() += 1;
        taken.seats.insert(number, place.clone());
        metrics::gauge!("http_connections").set(taken.seats.len() as f64);
        Some(Seat {
            number,
            place,
            hall: self.0.clone(),
        })
    }

    /// Closes a connection that asks nothing, if there is one.
    pub(super) fn close_one(&self) {
        self.0.taken().take_back(|_| true);
    }
}

impl Hall {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Takes a seat back, if one of these can be spared.
    fn take_back(&mut self, of_these: impl Fn(&Place) -> bool) -> bool {
        let mut crowds: HashMap<(Doing, Network), (usize, Instant, u64)> = HashMap::new();
        for (number, place) in self.seats.iter().filter(|(_, place)| of_these(place)) {
            let (doing, since) = *place.doing();
            if doing == Doing::Answering {
                continue;
            }
            let crowd = crowds.entry((doing, place.network));
            let (count, oldest, of) = crowd.or_insert((0, since, *number));
            *count += 1;
            if since < *oldest {
                (*oldest, *of) = (since, *number);
            }
        }
        let least = crowds
            .into_iter()
            .min_by_key(|((doing, _), (count, ..))| (*doing, std::cmp::Reverse(*count)));
        let Some((_, (_, _, number))) = least else {
            return false;
        };
        if let Some(place) = self.leave(number) {
            place.taken_back.cancel();
            count("spared");
        }
        true
    }

    fn leave(&mut self, number: u64) -> Option<Arc<Place>> {
        let place = self.seats.remove(&number)?;
        self.for_health -= usize::from(place.is_for_health_only);
        if let Some(of) = self.of.get_mut(&place.network) {
            *of -= 1;
            if *of == 0 {
                self.of.remove(&place.network);
            }
        }
        Some(place)
    }
}

fn count(reason: &'static str) {
    metrics::counter!("http_connections_closed_total", "reason" => reason).increment(1);
}

impl Place {
    fn doing(&self) -> MutexGuard<'_, (Doing, Instant)> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn does(&self, doing: Doing) {
        *self.doing() = (doing, Instant::now());
    }
}

impl Seat {
    pub(super) fn is_for_health_only(&self) -> bool {
        self.place.is_for_health_only
    }

    /// Until somebody else needs the seat more.
    pub(super) fn taken_back(&self) -> WaitForCancellationFuture<'_> {
        self.place.taken_back.cancelled()
    }

    /// A request has come.
    pub(super) fn in_use(&self) -> InUse {
        self.place.does(Doing::Answering);
        InUse(Arc::new(Using(self.place.clone())))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.hall.taken();
        taken.leave(self.number);
        metrics::gauge!("http_connections").set(taken.seats.len() as f64);
    }
}

impl InUse {
    /// Whether the request's body is still coming.
    pub(super) fn reads_body(&self, reads: bool) {
        let doing = if reads {
            Doing::Sending
        } else {
            Doing::Answering
        };
        let mut now = self.0.0.doing();
        if now.0 != doing {
            *now = (doing, Instant::now());
        }
    }

    /// The answer, which keeps the connection in use until it is read.
    pub(super) fn until_read(self, response: Response) -> Response<Whole> {
        response.map(|body| Whole {
            body,
            _in_use: self,
        })
    }
}

impl Drop for Using {
    fn drop(&mut self) {
        self.0.does(Doing::Nothing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, last])
    }

    fn is_taken_back(seat: &Seat) -> bool {
        seat.place.taken_back.is_cancelled()
    }

    #[test]
    fn silent_connections_give_way_oldest_first_and_calls_in_flight_do_not() {
        let seats = Seats::new(Room::of(4, "10.0.0.1".parse().unwrap()));
        let take = || seats.take(address(1)).unwrap();
        let (stream, sending, first, second) = (take(), take(), take(), take());
        let _live = stream.in_use();
        let body = sending.in_use();
        body.reads_body(true);
        let third = take();
        assert!(is_taken_back(&first) && !is_taken_back(&second));
        let fourth = take();
        assert!(is_taken_back(&second));
        let uses = [third.in_use(), fourth.in_use()];
        let fifth = take();
        assert!(is_taken_back(&sending), "a body that is still coming");
        assert!(!fifth.is_for_health_only());
        let fifth_in_use = fifth.in_use();
        let sixth = take();
        assert!(sixth.is_for_health_only(), "all are in use");
        assert!(!is_taken_back(&stream));
        drop((uses, fifth_in_use));
    }

    #[test]
    fn the_network_with_most_gives_way_and_none_has_more_than_half() {
        let seats = Seats::new(Room::of(6, TrustedProxies::default()));
        let doctor = seats.take(address(2)).unwrap();
        let crowd: Vec<_> = (0..9).map(|_| seats.take(address(1)).unwrap()).collect();
        assert_eq!(crowd.iter().filter(|seat| !is_taken_back(seat)).count(), 3);
        assert!(!is_taken_back(&doctor));
        let others: Vec<_> = (3..5)
            .map(|last| seats.take(address(last)).unwrap())
            .collect();
        let last = seats.take(address(9)).unwrap();
        assert_eq!(crowd.iter().filter(|seat| !is_taken_back(seat)).count(), 2);
        assert!(
            ![&doctor, &last]
                .into_iter()
                .chain(&others)
                .any(is_taken_back)
        );
    }

    #[test]
    fn there_is_always_a_seat_to_ask_for_health() {
        let seats = Seats::new(Room::of(2, "10.0.0.1".parse().unwrap()));
        let usual: Vec<_> = (0..2).map(|_| seats.take(address(1)).unwrap()).collect();
        let _in_use: Vec<_> = usual.iter().map(Seat::in_use).collect();
        let asking: Vec<_> = (0..100).map(|_| seats.take(address(1)).unwrap()).collect();
        assert!(asking.iter().all(Seat::is_for_health_only));
        assert_eq!(
            asking.iter().filter(|seat| !is_taken_back(seat)).count(),
            FOR_HEALTH
        );
        drop((asking, usual));
        assert!(seats.0.taken().of.is_empty());
    }
}
