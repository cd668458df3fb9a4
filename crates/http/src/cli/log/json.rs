//! Lines of the log as JSON, one object each. The request's id stands at the top, whatever spans are open, so that
//! a collector needs no rules to find it; tracing-subscriber's own JSON nests it.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormattedFields,
        format::{FormatEvent, JsonFields, Writer},
    },
    registry::LookupSpan,
};

/// The field of a span that holds the request's id.
const REQUEST_ID: &str = "request_id";

#[derive(Serialize)]
struct Line<'a> {
    /// RFC 3339, UTC.
    timestamp: Timestamp,
    level: &'a str,
    target: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
}

/// A line without fields, of something that is not logged the usual way.
pub(super) fn line(level: &str, target: &str, message: &str) -> String {
    let line = Line {
        timestamp: Timestamp::now(),
        level,
        target,
        message: message.to_owned(),
        request_id: None,
        fields: Map::new(),
    };
    // Texts alone: writing them cannot fail.
    serde_json::to_string(&line).unwrap_or_default()
}

/// Writes events as JSON.
pub(in crate::cli) struct Json;

impl<S> FormatEvent<S, JsonFields> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let meta = event.metadata();
        let line = Line {
            timestamp: Timestamp::now(),
            level: meta.level().as_str(),
            target: meta.target(),
            message: fields.message,
            request_id: request_id(context),
            fields: fields.others,
        };
        let line = serde_json::to_string(&line).map_err(|_| fmt::Error)?;
        writeln!(writer, "{line}")
    }
}

fn request_id<S>(context: &FmtContext<'_, S, JsonFields>) -> Option<String>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    context.event_scope()?.find_map(|span| {
        let extensions = span.extensions();
        let written = extensions.get::<FormattedFields<JsonFields>>()?;
        let mut fields: Map<String, Value> = serde_json::from_str(&written.fields).ok()?;
        match fields.remove(REQUEST_ID)? {
            Value::String(id) => Some(id),
            _ => None,
        }
    })
}

/// The fields of an event, its message apart.
#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.others.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = text,
            _ => self.put(field, text),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message = value.to_owned(),
            _ => self.put(field, value),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Page {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_line_is_one_object_with_the_id_of_its_request() {
        let page = Page::default();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(JsonFields::new())
            .event_format(Json)
            .with_writer(page.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let request = tracing::error_span!("request", request_id = %"r-1");
            let _request = request.enter();
            let _inner = tracing::info_span!("inner", other = 1).entered();
            tracing::warn!(
                count = 3,
                exact = 0.5,
                well = false,
                "two\nlines of \"text\""
            );
        });
        let written = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        assert_eq!(written.matches('\n').count(), 1, "{written}");
        let mut line: Value = serde_json::from_str(&written).unwrap();
        let time = line["timestamp"].take();
        assert!(time.as_str().unwrap().parse::<Timestamp>().is_ok());
        let expected = serde_json::json!({
            "timestamp": null,
            "level": "WARN",
            "target": module_path!(),
            "message": "two\nlines of \"text\"",
            "request_id": "r-1",
            "fields": {"count": 3, "exact": 0.5, "well": false},
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn what_is_logged_outside_of_requests_has_no_id() {
        let line: Value = serde_json::from_str(&line("WARN", "here", "words")).unwrap();
        assert_eq!(line["message"], "words");
        assert_eq!(line.get("request_id"), None);
    }
}
