//! Ports for programs that have to be told theirs.

use std::net::TcpListener;

/// Below those that the system gives out by itself (32768 and more on Linux), as it gives them to the connections of the
/// other tests between this question and the start of the program.
const FIRST: u16 = 15_000;
const LAST: u16 = 31_999;

/// A port of 127.0.0.1 that is free now.
pub fn free_port() -> u16 {
    loop {
        let port = rand::random_range(FIRST..=LAST);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
