//! A row of the table: a call of the client, and what it is on the wire.

use std::pin::Pin;

use jiff::Timestamp;
use serde_json::{Value, json};
use stream_chat_client::{Client, Result};

use crate::stub::{Asked, Stub};

/// A time, wherever one is needed.
pub(crate) fn time() -> Timestamp {
    "2026-01-31T10:00:00Z".parse().unwrap()
}

type Calling = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

pub(crate) struct Row {
    pub(crate) endpoint: &'static str,
    pub(crate) function: &'static str,
    call: Box<dyn Fn(Client) -> Calling>,
    path: String,
    query: Vec<(&'static str, Value)>,
    body: Option<Value>,
    form: Vec<&'static str>,
    answer: Value,
    tells: Vec<(&'static str, Value)>,
}

/// A row: the endpoint, and the function with its arguments.
macro_rules! row {
    ($endpoint:literal, $function:ident($($argument:expr),* $(,)?)) => {
        $crate::row::Row::new(
            $endpoint,
            stringify!($function),
            Box::new(|client| Box::pin(async move {
                let answer = client.$function($($argument),*).await?;
                Ok(serde_json::to_value(answer).unwrap())
            })),
        )
    };
}
pub(crate) use row;

impl Row {
    pub(crate) fn new(
        endpoint: &'static str,
        function: &'static str,
        call: Box<dyn Fn(Client) -> Calling>,
    ) -> Self {
        let (_, path) = endpoint.split_once(' ').unwrap();
        Self {
            endpoint,
            function,
            call,
            path: path.to_owned(),
            query: Vec::new(),
            body: None,
            form: Vec::new(),
            answer: json!({}),
            tells: Vec::new(),
        }
    }

    /// The path, where the endpoint's has names in braces.
    pub(crate) fn at(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    /// A parameter; a text as it is, anything else as JSON.
    pub(crate) fn query(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// The body is a form that has these pieces.
    pub(crate) fn form(mut self, pieces: &[&'static str]) -> Self {
        self.form = pieces.to_vec();
        self
    }

    pub(crate) fn answer(mut self, answer: Value) -> Self {
        self.answer = answer;
        self
    }

    /// The function tells this of the answer, at this place of its own JSON.
    pub(crate) fn tells(mut self, place: &'static str, value: impl Into<Value>) -> Self {
        self.tells.push((place, value.into()));
        self
    }

    /// Makes the call once, and compares it with the row.
    pub(crate) async fn check(&self, stub: &Stub) {
        let which = format!("{} by {}", self.endpoint, self.function);
        stub.answers(self.answer.clone());
        let told = (self.call)(stub.client.clone()).await;
        let told = told.unwrap_or_else(|error| panic!("{which}: {error}"));
        let [asked] = <[Asked; 1]>::try_from(stub.asked())
            .unwrap_or_else(|asked| panic!("{which}: asked {} times", asked.len()));
        let (method, template) = self.endpoint.split_once(' ').unwrap();
        assert_eq!(asked.method, method, "{which}: method");
        assert_eq!(asked.path, self.path, "{which}: path");
        assert!(
            fits(template, &self.path),
            "{which}: {} is not of the endpoint",
            self.path
        );
        let query = asked.query.iter().map(|(name, value)| {
            let read = serde_json::from_str(value)
                .ok()
                .filter(|_| name == "payload");
            (name.as_str(), read.unwrap_or_else(|| json!(value)))
        });
        assert_eq!(query.collect::<Vec<_>>(), self.query, "{which}: query");
        if self.form.is_empty() {
            let body = (!asked.body.is_empty()).then(|| serde_json::from_slice(&asked.body));
            let body: Option<Value> = body.transpose().unwrap();
            assert_eq!(body, self.body, "{which}: body");
        } else {
            let body = String::from_utf8_lossy(&asked.body);
            for piece in &self.form {
                assert!(body.contains(piece), "{which}: {piece} in {body}");
            }
        }
        for (place, value) in &self.tells {
            assert_eq!(
                told.pointer(place),
                Some(value),
                "{which}: {place} of {told}"
            );
        }
    }
}

/// Whether a path has the form of an endpoint's.
fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.split('/'), path.split('/'));
    template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(name, part)| name == part || (name.starts_with('{') && !part.is_empty()))
}
