use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use ports::{Credentials, Result};

/// How long the ways in use are believed.
const BELIEVED: Duration = Duration::from_secs(60);

/// Most work that a stored hash may ask for. Above it, it matches nothing: a row written by mistake must
/// not stop the login for everybody. bcrypt: 2 s on a processor of 2024.
const MOST_BCRYPT_COST: u32 = 15;
/// The same for the memory of Argon2, in KiB, and its passes over it. Laravel's default is 64 MiB and 4.
const MOST_ARGON2_MEMORY: u32 = 128 * 1024;
const MOST_ARGON2_PASSES: u32 = 16;

/// A function that hashes passwords, with its costs. Equal ways are equal work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Bcrypt {
        cost: u32,
    },
    Argon2 {
        algorithm: Algorithm,
        version: Version,
        memory: u32,
        passes: u32,
        lanes: u32,
    },
}

impl Way {
    /// Our own, for new passwords.
    pub(super) const OURS: Self = Self::Argon2 {
        algorithm: Algorithm::Argon2id,
        version: Version::V0x13,
        memory: Params::DEFAULT_M_COST,
        passes: Params::DEFAULT_T_COST,
        lanes: Params::DEFAULT_P_COST,
    };

    /// The way of a hash, or of its beginning up to the salt.
    pub(super) fn of(hash: &str) -> Option<Self> {
        let mut parts = hash.strip_prefix('$')?.split('$');
        let name = parts.next()?;
        if ["2a", "2b", "2x", "2y"].contains(&name) {
            let cost = parts.next()?.parse().ok()?;
            return (4..=MOST_BCRYPT_COST)
                .contains(&cost)
                .then_some(Self::Bcrypt { cost });
        }
        let algorithm = Algorithm::new(name).ok()?;
        let version = parts.next()?.strip_prefix("v=")?.parse::<u32>().ok()?;
        let version = Version::try_from(version).ok()?;
        let params: Params = parts.next()?.parse().ok()?;
        let is_bearable = params.m_cost() <= MOST_ARGON2_MEMORY
            && params.t_cost() <= MOST_ARGON2_PASSES
            && params.keyid().is_empty()
            && params.data().is_empty();
        is_bearable.then_some(Self::Argon2 {
            algorithm,
            version,
            memory: params.m_cost(),
            passes: params.t_cost(),
            lanes: params.p_cost(),
        })
    }

    /// The hasher of this way, into so many bytes.
    pub(super) fn argon2(self, length: usize) -> Option<Argon2<'static>> {
        match self {
            Self::Bcrypt { .. } => None,
            Self::Argon2 {
                algorithm,
                version,
                memory,
                passes,
                lanes,
            } => Params::new(memory, passes, lanes, Some(length))
                .ok()
                .map(|params| Argon2::new(algorithm, version, params)),
        }
    }
}

/// The work beside checking a hash of way `own`, or in its place where there is none to check, so
/// that the sum is the same for every account. For bcrypt it is the work of the highest cost in use:
/// each cost is twice the one below, so a lower one is filled up with itself and those between. Each way
/// of Argon2 is worked once; hospitals have one.
pub(super) fn work_beside(ways: &[Way], own: Option<Way>) -> Vec<Way> {
    let cost = |way: &Way| match way {
        Way::Bcrypt { cost } => Some(*cost),
        Way::Argon2 { .. } => None,
    };
    let most = ways.iter().filter_map(cost).max();
    let mut beside = Vec::new();
    match (most, own.as_ref().and_then(cost)) {
        (Some(most), Some(own)) => beside.extend((own..most).map(|cost| Way::Bcrypt { cost })),
        (Some(most), None) => beside.push(Way::Bcrypt { cost: most }),
        (None, _) => {}
    }
    for way in ways.iter().filter(|way| cost(way).is_none()) {
        if own != Some(*way) && !beside.contains(way) {
            beside.push(*way);
        }
    }
    beside
}

/// The ways that are in use in the hospital's table.
pub(super) struct Ways {
    credentials: Arc<dyn Credentials>,
    known: Mutex<Option<(Vec<Way>, Instant)>>,
}

impl Ways {
    pub(super) fn of(credentials: Arc<dyn Credentials>) -> Self {
        Self {
            credentials,
            known: Mutex::new(None),
        }
    }

    /// Those of the last minute, and of a hash that was just read.
    pub(super) async fn in_use(&self, own: Option<Way>) -> Result<Vec<Way>> {
        let known = self.known().clone();
        let known = known.filter(|(_, since)| since.elapsed() < BELIEVED);
        let (mut ways, since) = match known {
            Some(known) => known,
            None => {
                let stored = self.credentials.ways_of_hashing().await?;
                let ways = stored.iter().filter_map(|way| Way::of(way)).collect();
                (ways, Instant::now())
            }
        };
        ways.extend(own.filter(|own| !ways.contains(own)));
        *self.known() = Some((ways.clone(), since));
        if ways.is_empty() {
            ways.push(Way::OURS);
        }
        Ok(ways)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<(Vec<Way>, Instant)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// How much work there is, by function.
    fn amount(work: impl IntoIterator<Item = Way>) -> BTreeMap<String, u64> {
        let mut amount = BTreeMap::new();
        for way in work {
            let (name, done) = match way {
                Way::Bcrypt { cost } => ("bcrypt".to_owned(), 1 << cost),
                way => (format!("{way:?}"), 1),
            };
            *amount.entry(name).or_default() += done;
        }
        amount
    }

    #[test]
    fn every_account_costs_the_same_work() {
        let bcrypt = |cost| Way::Bcrypt { cost };
        let laravels = Way::of("$argon2i$v=19$m=65536,t=4,p=1$").unwrap();
        for ways in [
            vec![Way::OURS],
            vec![bcrypt(10)],
            vec![bcrypt(10), bcrypt(12)],
            vec![bcrypt(12), Way::OURS, bcrypt(10), bcrypt(4)],
            vec![laravels, Way::OURS, bcrypt(11)],
        ] {
            let unknown = amount(work_beside(&ways, None));
            for own in &ways {
                let whole = work_beside(&ways, Some(*own)).into_iter().chain([*own]);
                assert_eq!(amount(whole), unknown, "{own:?} among {ways:?}");
            }
            let strongest = ways.iter().filter_map(|way| match way {
                Way::Bcrypt { cost } => Some(1 << cost),
                Way::Argon2 { .. } => None,
            });
            assert_eq!(unknown.get("bcrypt").copied(), strongest.max());
        }
    }

    #[test]
    fn a_way_is_read_from_a_hash_and_from_its_beginning() {
        let ours = super::super::hash_password("x").unwrap();
        assert_eq!(Way::of(ours.expose()), Some(Way::OURS));
        assert_eq!(Way::of("$argon2id$v=19$m=19456,t=2,p=1$"), Some(Way::OURS));
        assert_eq!(Way::of("$2y$12$"), Some(Way::Bcrypt { cost: 12 }));
        for hash in [
            "",
            "$",
            "x",
            "!",
            "$2y$",
            "$2y$99$",
            "$2y$31$",
            "$1$salt$hash",
            "$argon2id$",
            "$argon2id$v=19$m=4294967295,t=2,p=1$",
            "$argon2id$v=19$m=64,t=4000000,p=1$",
        ] {
            assert_eq!(Way::of(hash), None, "{hash}");
        }
    }
}
