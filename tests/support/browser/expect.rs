//! Expectations of what a page shows, now or soon.

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;

use super::Browser;
use crate::support::wait::{DEADLINE, attempts};

impl Browser {
    /// Waits until an element that matches is visible.
    pub async fn wait_for(&self, css: &str) -> Element {
        self.soon(css, "shown", async || {
            self.visible(css).await?.into_iter().next().ok_or_else(none)
        })
        .await
    }

    /// Waits until a visible element that matches holds `text` somewhere in it.
    pub async fn wait_for_text(&self, css: &str, text: &str) -> Element {
        let wanted = format!("shown with the text {text:?}");
        self.soon(css, &wanted, async || {
            for element in self.visible(css).await? {
                if element.text().await?.contains(text) {
                    return Ok(element);
                }
            }
            Err(none())
        })
        .await
    }

    /// Waits until no element that matches is visible any more.
    pub async fn wait_until_gone(&self, css: &str) {
        self.soon(css, "gone", async || {
            self.visible(css)
                .await?
                .is_empty()
                .then_some(())
                .ok_or_else(none)
        })
        .await;
    }

    /// Waits until the page's address has this path.
    pub async fn wait_for_path(&self, path: &str) {
        let here = async || {
            (self.client.current_url().await?.path() == path)
                .then_some(())
                .ok_or_else(none)
        };
        self.soon(path, "the page's path", here).await;
    }

    /// The visible text of the first visible element that matches, as soon as there is one.
    pub async fn text_of(&self, css: &str) -> String {
        self.act(css, "read", async |element| element.text().await)
            .await
    }

    /// The visible texts of all visible elements that match, in the order of the page, without waiting.
    pub async fn texts_of(&self, css: &str) -> Vec<String> {
        let texts = async || {
            let mut texts = Vec::new();
            for element in self.visible(css).await? {
                texts.push(element.text().await?);
            }
            Ok(texts)
        };
        // Repeated only when the page changes under the reading.
        self.soon(css, "read", texts).await
    }

    /// Does something to the first visible element that matches. Repeated while the page replaces it.
    pub(super) async fn act<T>(
        &self,
        css: &str,
        done: &str,
        act: impl AsyncFn(&Element) -> Result<T, CmdError>,
    ) -> T {
        self.soon(css, done, async || {
            act(&self
                .visible(css)
                .await?
                .into_iter()
                .next()
                .ok_or_else(none)?)
            .await
        })
        .await
    }

    async fn visible(&self, css: &str) -> Result<Vec<Element>, CmdError> {
        let mut visible = Vec::new();
        for element in self.client.find_all(Locator::Css(css)).await? {
            if element.is_displayed().await? {
                visible.push(element);
            }
        }
        Ok(visible)
    }

    async fn soon<T>(
        &self,
        what: &str,
        wanted: &str,
        attempt: impl AsyncFnMut() -> Result<T, CmdError>,
    ) -> T {
        match attempts(attempt).await {
            Ok(value) => value,
            Err(error) => {
                let name = format!("failed-{:08x}", rand::random::<u32>());
                self.screenshot(&name).await;
                let url = self
                    .client
                    .current_url()
                    .await
                    .map_or_else(|error| error.to_string(), String::from);
                panic!(
                    "{what} should be {wanted} within {DEADLINE:?} on {url}: {error} (artifacts/screenshots/{name}.png)"
                )
            }
        }
    }
}

fn none() -> CmdError {
    CmdError::WaitTimeout
}
