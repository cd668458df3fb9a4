use std::collections::HashMap;

use bytes::Bytes;
use serde_json::Value;

use crate::failure::Failure;
use crate::json::{self, Object};

/// The caller of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The hospital's server, with the app's own token: it may everything and names whom it acts for.
    Server,
    /// One user, with their token.
    User(String),
    /// Nobody in particular.
    Anonymous,
}

/// One authenticated request, read.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) caller: Caller,
    /// The parameters of the path.
    pub(crate) path: HashMap<String, String>,
    pub(crate) query: HashMap<String, String>,
    /// The JSON body; of a request without one, empty.
    pub(crate) body: Object,
    /// The body as it came, for uploads.
    pub(crate) raw: Bytes,
    pub(crate) content_type: String,
    /// The address that the sandbox is reached at, to build links.
    pub(crate) base_url: String,
    pub(crate) user_agent: String,
    pub(crate) sdk: String,
}

impl Call {
    pub(crate) fn path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn query_flag(&self, name: &str) -> bool {
        self.query(name)
            .is_some_and(|value| value == "true" || value == "1" || value == "True")
    }

    /// `type:id` of the channel in the path.
    pub(crate) fn cid(&self) -> String {
        format!("{}:{}", self.path("type"), self.path("id"))
    }

    /// The JSON in the query parameter `payload`.
    pub(crate) fn payload(&self) -> Result<Object, Failure> {
        let Some(text) = self.query("payload") else {
            return Ok(Object::new());
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Ok(object),
            _ => Err(Failure::input(
                "query parameter \"payload\" must be a JSON object",
            )),
        }
    }

    pub(crate) fn server(&self) -> bool {
        self.caller == Caller::Server
    }

    pub(crate) fn server_only(&self) -> Result<(), Failure> {
        if self.server() {
            Ok(())
        } else {
            Err(Failure::forbidden("this endpoint is for servers only"))
        }
    }

    /// The user this is about: of a client the one in its token, of a server the one it names in
    /// one of `places`, in the body, or in the query.
    pub(crate) fn actor(&self, places: &[&Object]) -> Result<Option<String>, Failure> {
        match &self.caller {
            Caller::User(user) => return Ok(Some(user.clone())),
            Caller::Anonymous => return Ok(None),
            Caller::Server => {}
        }
        for place in places.iter().copied().chain([&self.body]) {
            let nested = json::object(place, "user")
                .ok()
                .flatten()
                .and_then(|user| user.get("id"));
            let named = place.get("user_id").filter(|id| !id.is_null()).or(nested);
            if let Some(id) = named {
                let id = id
                    .as_str()
                    .ok_or_else(|| Failure::input("the id of a user must be a string"))?;
                return Ok(Some(id.to_owned()));
            }
        }
        Ok(self.query("user_id").map(str::to_owned))
    }

    pub(crate) fn need_actor(&self, places: &[&Object]) -> Result<String, Failure> {
        self.actor(places)?.ok_or_else(|| {
            Failure::input("either user or user_id must be provided when using server side auth.")
        })
    }

    /// The user that an answer is made for: nobody for a server's call without a user.
    pub(crate) fn viewer(&self) -> Result<Option<String>, Failure> {
        self.actor(&[])
    }
}
