//! All the chats of the hospital together, for what is shown of them in one place.

use std::time::Duration;

use crate::{
    app::{MountContext, Mounted, Shell},
    failure::Failure,
};

/// How long a page of several chats waits for one of them.
pub(crate) const FOR_THE_PAGE: Duration = Duration::from_secs(3);

/// How long a page waits for what it shows of other chats beside its own matter.
pub(crate) const BESIDE_THE_PAGE: Duration = Duration::from_secs(1);

/// Every chat, once each: where several mounts have the same one, the first of them.
pub(crate) fn all(shell: &Shell) -> Vec<MountContext> {
    let mut chats: Vec<MountContext> = Vec::new();
    for mount in &shell.mounts {
        if let Mounted::Chat(chat) = &mount.chat
            && chats.iter().all(|known| !known.chat.is(chat))
        {
            chats.push(MountContext {
                shell: shell.clone(),
                mount: mount.clone(),
                chat: chat.clone(),
            });
        }
    }
    chats
}

/// The same as a page of a mount has them: its own first.
pub(crate) fn from(here: &MountContext) -> Vec<MountContext> {
    let others = all(&here.shell).into_iter();
    let others = others.filter(|other| !other.chat.is(&here.chat));
    std::iter::once(here.clone()).chain(others).collect()
}

/// Waits for a chat's answer, up to `patience`. A late or missing answer is no failure of the other chats
/// on the page; the health of the chat says why.
pub(crate) async fn with_timeout<T>(
    at: &MountContext,
    patience: Duration,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let answer = match tokio::time::timeout(patience, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(ports::Error::unavailable("the chat did not answer in time").into()),
    };
    if let Err(failure) = &answer {
        tracing::debug!(mount = at.prefix(), "left out: it does not answer");
        failure.log_fault();
    }
    answer
}
