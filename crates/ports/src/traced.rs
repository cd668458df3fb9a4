use std::fmt::Display;

use tracing::{Span, field::Empty};

/// The target of the spans that go to a collector of traces, and of nothing else: the request itself and the work of
/// adapters for it. Their fields hold route templates and fixed words only.
pub const TRACES: &str = "hims_chat::trace";

/// A span for something that is done for the request which is traced now: `system` is asked for `name`, a fixed word.
/// Outside of such a request it is none, so work in the background begins no traces of its own.
pub fn part_of_request(system: &'static str, name: impl Display) -> Span {
    let now = Span::current();
    let is_traced = now.metadata().is_some_and(|span| span.target() == TRACES);
    if !is_traced {
        return Span::none();
    }
    tracing::info_span!(
        target: TRACES,
        "part",
        otel.name = %format_args!("{system} {name}"),
        otel.kind = "client",
        otel.status_code = Empty,
        http.response.status_code = Empty,
    )
}
