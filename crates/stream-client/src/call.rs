use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use url::Url;

use super::UserToken;

/// Method and path of a call, with names in braces where ids go: what errors and metrics show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    method: &'static str,
    path: &'static str,
}

impl Operation {
    pub(super) const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path }
    }

    /// The method, such as `GET`.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// The path, such as `/channels/{type}/{id}`.
    pub fn path(&self) -> &'static str {
        self.path
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A call to be, for what has no function of its own yet; see [`Client::call`](super::Client::call).
///
/// The path is a constant, with a name in braces for each id. Ids are encoded, and only the
/// constant is shown by errors and observers.
///
/// ```
/// use stream_chat_client::Call;
///
/// let call = Call::post("/polls/{poll}/options")
///     .id("p1")
///     .query("user_id", "lee")
///     .json(&serde_json::json!({ "text": "Tuesday" }));
/// assert_eq!(call.operation().to_string(), "POST /polls/{poll}/options");
/// ```
pub struct Call {
    pub(super) operation: Operation,
    pub(super) ids: Vec<String>,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Body,
    pub(super) repeatable: bool,
    pub(super) user: Option<String>,
}

pub(super) enum Body {
    None,
    Json(Bytes),
    File(File),
}

/// A file on its way, as a form.
#[derive(Clone)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) bytes: Bytes,
    /// JSON of the user who sends it.
    pub(super) user: String,
}

impl Call {
    fn new(method: &'static str, path: &'static str) -> Self {
        Self {
            operation: Operation::new(method, path),
            ids: Vec::new(),
            query: Vec::new(),
            body: Body::None,
            repeatable: method == "GET",
            user: None,
        }
    }

    /// Reads; may be repeated.
    pub fn get(path: &'static str) -> Self {
        Self::new("GET", path)
    }

    /// A POST.
    pub fn post(path: &'static str) -> Self {
        Self::new("POST", path)
    }

    /// A PUT.
    pub fn put(path: &'static str) -> Self {
        Self::new("PUT", path)
    }

    /// A PATCH.
    pub fn patch(path: &'static str) -> Self {
        Self::new("PATCH", path)
    }

    /// A DELETE.
    pub fn delete(path: &'static str) -> Self {
        Self::new("DELETE", path)
    }

    /// Method and path.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The next id of the path.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.ids.push(id.to_owned());
        self
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// The structured input of a GET, as the parameter `payload`.
    #[must_use]
    pub fn payload(self, payload: &impl Serialize) -> Self {
        // Maps with text keys, numbers and texts: writing them cannot fail.
        let payload = serde_json::to_string(payload).unwrap_or_default();
        self.query("payload", payload)
    }

    /// The body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        // Maps with text keys, numbers and texts: writing them cannot fail.
        self.body = Body::Json(serde_json::to_vec(body).unwrap_or_default().into());
        self
    }

    pub(super) fn file(mut self, file: File) -> Self {
        self.body = Body::File(file);
        self
    }

    /// Doing it twice is doing it once, so that it is repeated when no answer came. A GET is; any
    /// other call only if this says so.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// In the name of a user, with that user's rights only.
    #[must_use]
    pub fn by(mut self, token: &UserToken) -> Self {
        self.user = Some(token.token.clone());
        self.query("user_id", &token.user_id)
    }

    pub(super) fn url(&self, base: &Url, key: &str) -> Url {
        let mut url = base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            let mut ids = self.ids.iter();
            segments.pop_if_empty();
            for part in self.operation.path.split('/').skip(1) {
                let id = part.starts_with('{').then(|| ids.next()).flatten();
                segments.push(id.map_or(part, String::as_str));
            }
        }
        let mut query = url.query_pairs_mut();
        query.append_pair("api_key", key);
        for (name, value) in &self.query {
            query.append_pair(name, value);
        }
        drop(query);
        url
    }
}

/// Shows neither ids nor a body.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.operation)
    }
}
