//! View model of the page on which administrators move rooms from one chat to the other.

use askama::Template;
use ports::{MoveCounts, MoveOrder, MoveScope, MoveStatus};

use super::{AdminLinks, Frame, LocalTime, TimeLabel};

/// How moving stands, and what can be ordered.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "moves.html")]
pub(crate) struct MovesPage {
    /// Without a sidebar: an administrator takes part in no chat.
    pub(crate) frame: Frame,
    pub(crate) counts: MoveCounts,
    pub(crate) running: Option<Running>,
    pub(crate) last: Option<Ended>,
    pub(crate) links: AdminLinks,
}

/// An order that is being carried out.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    /// The order in words: the action and the rooms it is for.
    pub(crate) order: String,
    pub(crate) began_at: TimeLabel,
    /// How far it has come, in words; empty in the beginning.
    pub(crate) so_far: String,
}

/// Result of the last order.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) order: String,
    pub(crate) ended_at: TimeLabel,
    pub(crate) words: String,
    pub(crate) is_good: bool,
}

impl MovesPage {
    pub(crate) fn new(
        frame: Frame,
        status: &MoveStatus,
        clock: &LocalTime,
        links: AdminLinks,
    ) -> Self {
        Self {
            frame,
            counts: status.counts,
            running: status.progress.as_ref().map(|progress| Running {
                order: order(progress.order, &progress.scope),
                began_at: clock.label(progress.began_at),
                so_far: match progress.doing.as_str() {
                    "" => String::new(),
                    doing => format!("{doing}: {}", progress.come_to),
                },
            }),
            last: status.last.as_ref().map(|last| Ended {
                order: order(last.order, &last.scope),
                ended_at: clock.label(last.ended_at),
                words: last.words.clone(),
                is_good: last.is_good,
            }),
            links,
        }
    }
}

fn order(order: MoveOrder, scope: &MoveScope) -> String {
    let verb = match order {
        MoveOrder::Copy => "Copying",
        MoveOrder::Move => "Moving",
        MoveOrder::GiveBack => "Giving back",
        MoveOrder::Compare => "Comparing",
    };
    format!("{verb} {scope}")
}
