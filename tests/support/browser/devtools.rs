//! Features of Chromium's developer tools only: sizes, colour schemes, being offline, the console.

use serde_json::{Value, json};

use super::{Browser, Size, driver};

impl Browser {
    /// Makes the page exactly this large.
    pub async fn resize(&self, size: Size) {
        let metrics = json!({
            "width": size.width, "height": size.height, "deviceScaleFactor": 1, "mobile": size.width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// The system's colour scheme is dark, or light.
    pub async fn prefer_dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// The browser says it is offline and opens nothing new. Streams that are open stay so:
    /// for a connection that breaks see [`crate::support::cable::Cable`].
    pub async fn set_offline(&self, offline: bool) {
        let conditions = json!({"offline": offline, "latency": 0, "throughput": -1});
        self.network(json!({"network_conditions": conditions}))
            .await;
    }

    /// Makes the line as slow as these conditions say.
    pub async fn network(&self, conditions: Value) {
        self.post("chromium/network_conditions", conditions).await;
    }

    /// Lines of the console since the last call, errors and violations of the content security policy among them:
    /// `LEVEL message`.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.post("se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().expect("a list of entries");
        entries
            .iter()
            .map(|entry| {
                format!(
                    "{} {}",
                    entry["level"].as_str().unwrap_or(""),
                    entry["message"].as_str().unwrap_or("")
                )
            })
            .collect()
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post(
            "goog/cdp/execute",
            json!({"cmd": command, "params": parameters}),
        )
        .await
    }

    async fn post(&self, command: &str, body: Value) -> Value {
        let url = format!(
            "http://127.0.0.1:{}/session/{}/{command}",
            driver::port(),
            self.session
        );
        let answer = reqwest::Client::new()
            .post(url)
            .json(&body)
            .send()
            .await
            .expect("chromedriver answers");
        let status = answer.status();
        let mut answer: Value = answer.json().await.expect("chromedriver answers JSON");
        assert!(status.is_success(), "{command} {body}: {answer}");
        answer["value"].take()
    }
}
