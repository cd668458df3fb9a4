//! A socket that stops listening under a running process.

use std::{
    fs,
    net::{Shutdown, SocketAddr, TcpStream},
    os::fd::RawFd,
};

use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

use crate::support::{database::Engine, hospital::Hospital, server::Server};

/// The inode of the socket that listens on an address of this machine, as the kernel lists it.
fn inode(listens: SocketAddr) -> String {
    let place = format!("0100007F:{:04X}", listens.port());
    let sockets = fs::read_to_string("/proc/net/tcp").unwrap();
    let of_this = sockets.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        (fields[1] == place && fields[3] == "0A").then(|| fields[9].to_owned())
    });
    of_this.expect("it listens")
}

fn descriptor(process: Pid, inode: &str) -> RawFd {
    let folder = format!("/proc/{}/fd", process.as_raw_nonzero());
    let socket = format!("socket:[{inode}]");
    let mut open = fs::read_dir(folder).unwrap().flatten();
    let of_this = open.find(|one| {
        fs::read_link(one.path()).is_ok_and(|leads_to| leads_to.to_string_lossy() == socket)
    });
    let name = of_this.expect("the process has it").file_name();
    name.to_str().unwrap().parse().unwrap()
}

/// Shuts the listening socket of a process down, behind its back.
fn shut_down(server: &Server, listens: SocketAddr) {
    let process = server.process();
    let descriptor = descriptor(process, &inode(listens));
    let handle = pidfd_open(process, PidfdFlags::empty()).unwrap();
    let socket = pidfd_getfd(handle, descriptor, PidfdGetfdFlags::empty()).unwrap();
    TcpStream::from(socket).shutdown(Shutdown::Both).unwrap();
}

async fn it_ends(setting: &str, listens: impl AsyncFn(&Server) -> String) {
    let apart = [("HIMS_ADMIN_LISTEN", "127.0.0.1:0")];
    let mut hospital = Hospital::open_with(Engine::Sqlite, &apart).await;
    // A live stream has no end by itself.
    let reader = hospital.device("d01").await;
    let mut stream = reader.listen().await;
    let address = listens(&hospital.server).await;
    shut_down(&hospital.server, address.parse().unwrap());
    stream.ended().await;
    let ended = hospital.server.ended().await;
    assert_eq!(ended.code(), Some(1));
    let words = format!("the listener of {setting} is gone");
    hospital.server.prints(&words).await;
}

#[tokio::test]
async fn a_process_that_accepts_nothing_any_more_ends() {
    it_ends("HIMS_LISTEN", async |server| server.address().to_owned()).await;
}

#[tokio::test]
async fn a_process_whose_operators_cannot_reach_it_any_more_ends() {
    it_ends("HIMS_ADMIN_LISTEN", async |server| {
        let printed = server.prints("metrics and OpenAPI are on").await;
        let (_, rest) = printed
            .split_once("metrics and OpenAPI are on http://")
            .unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    })
    .await;
}
