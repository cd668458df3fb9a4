//! A file of resources, whether one a line or in a Bundle.

use std::collections::BTreeSet;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    FileRemark, Place, Reason, Shown, Unreadable,
    lines::{Fault, Line, Lines},
};

/// Most bytes of a Bundle, which is held in memory whole, and of a line of NDJSON.
pub(crate) const MOST_BYTES: usize = 200_000_000;

/// A resource of a file.
pub(super) struct Resource<'a> {
    pub(super) place: Place,
    /// The full address that its Bundle gives it.
    pub(super) full_url: Option<&'a str>,
    /// Type and id, such as `Patient/7`.
    pub(super) name: Option<String>,
    pub(super) kind: &'a str,
    json: &'a str,
}

impl Resource<'_> {
    /// Reads the elements that `T` has.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Reason> {
        serde_json::from_str(self.json).map_err(|_| Reason::WrongShape {
            kind: self.kind.to_owned(),
        })
    }
}

/// Takes the resources of a file, one after the other.
pub(super) trait Take {
    /// Takes one; false if nothing is read from resources of its kind.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn take(&mut self, resource: &Resource<'_>) -> Result<bool, Reason>;

    /// Notes one that cannot be read.
    fn refuse(&mut self, place: Place, reason: Reason);
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "resourceType")]
    kind: String,
    #[serde(default)]
    id: serde_json::Value,
}

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    link: Vec<Link>,
    #[serde(borrow, default)]
    entry: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    relation: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    full_url: Option<String>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

/// Reads a file and hands its resources on.
pub(super) fn read(
    lines: &mut Lines<'_>,
    taker: &mut impl Take,
) -> Result<Vec<FileRemark>, Unreadable> {
    let Some(first) = lines.find(|line| !matches!(line, Ok(line) if line.is_blank())) else {
        return Err(Unreadable::Empty);
    };
    let first = first?;
    if first.text.contains('\0') {
        return Err(Unreadable::ZeroBytes);
    }
    let mut reader = Reader {
        taker,
        ignored: BTreeSet::new(),
        any: false,
        remarks: Vec::new(),
    };
    if is_open(&first) {
        reader.whole(&rest_of(first, lines, MOST_BYTES)?)?;
    } else {
        if let Some(Fault::TooLong(_)) = first.fault {
            return Err(too_large());
        }
        reader.line_or_bundle(&first)?;
        for line in lines {
            reader.line(&line?);
        }
        if !reader.any {
            return Err(Unreadable::NotFhir);
        }
    }
    let mut remarks = reader.remarks;
    if !reader.ignored.is_empty() {
        let kinds = Shown::list(reader.ignored);
        remarks.push(FileRemark::IgnoredResources { kinds });
    }
    Ok(remarks)
}

fn too_large() -> Unreadable {
    Unreadable::TooLarge {
        most_mb: MOST_BYTES / 1_000_000,
    }
}

/// Whether JSON begins in a line and does not end in it.
fn is_open(line: &Line) -> bool {
    let read: Result<serde::de::IgnoredAny, _> = serde_json::from_str(&line.text);
    line.fault.is_none() && read.is_err_and(|error| error.is_eof())
}

/// A text of several lines that begins at `line`.
struct Whole {
    line: u64,
    text: String,
}

fn rest_of(first: Line, lines: &mut Lines<'_>, most: usize) -> Result<Whole, Unreadable> {
    let mut whole = Whole {
        line: first.number,
        text: first.text,
    };
    for line in lines {
        let line = line?;
        if whole.text.len() + line.text.len() >= most {
            return Err(too_large());
        }
        match line.fault {
            Some(Fault::TooLong(_)) => return Err(too_large()),
            Some(Fault::NotText(encoding)) => {
                let line = line.number;
                return Err(Unreadable::NotText { line, encoding });
            }
            None => {
                whole.text.push('\n');
                whole.text.push_str(&line.text);
            }
        }
    }
    Ok(whole)
}

struct Reader<'t, T> {
    taker: &'t mut T,
    /// Types of resources that nothing is read from.
    ignored: BTreeSet<String>,
    /// Whether there was a resource at all.
    any: bool,
    remarks: Vec<FileRemark>,
}

impl<T: Take> Reader<'_, T> {
    /// One JSON text over several lines. If it is not well formed it may be NDJSON whose first line was cut.
    fn whole(&mut self, whole: &Whole) -> Result<(), Unreadable> {
        let head: Result<Head, _> = serde_json::from_str(&whole.text);
        let error = match head {
            Ok(head) if head.kind == "Bundle" => return self.bundle(&whole.text),
            Ok(_) => {
                self.resource(Place::line(whole.line), None, &whole.text);
                return Ok(());
            }
            Err(error) if error.is_data() => return Err(Unreadable::NotFhir),
            Err(error) => error,
        };
        for (number, text) in (whole.line..).zip(whole.text.split('\n')) {
            self.line(&Line {
                number,
                text: text.to_owned(),
                fault: None,
            });
        }
        if self.any {
            return Ok(());
        }
        let before = usize::try_from(whole.line - 1).unwrap_or(0);
        Err(Unreadable::NotJson {
            line: before + error.line(),
            column: error.column(),
        })
    }

    fn line_or_bundle(&mut self, line: &Line) -> Result<(), Unreadable> {
        match serde_json::from_str::<Head>(&line.text) {
            Ok(head) if head.kind == "Bundle" && line.fault.is_none() => self.bundle(&line.text),
            _ => {
                self.line(line);
                Ok(())
            }
        }
    }

    fn line(&mut self, line: &Line) {
        let place = Place::line(line.number);
        if let Some(reason) = line.reason() {
            self.taker.refuse(place, reason);
        } else if !line.is_blank() {
            self.resource(place, None, &line.text);
        }
    }

    fn bundle(&mut self, text: &str) -> Result<(), Unreadable> {
        const LISTS: [&str; 6] = [
            "collection",
            "searchset",
            "batch",
            "transaction",
            "document",
            "message",
        ];
        let bundle: Bundle<'_> = serde_json::from_str(text).map_err(|_| Unreadable::NotFhir)?;
        if !LISTS.contains(&bundle.kind.as_str()) {
            let kind = Shown::new(&bundle.kind);
            return Err(Unreadable::BundleType { kind });
        }
        self.any = true;
        // "prev" is the name that the web has for "previous".
        let is_page = |link: &Link| matches!(&*link.relation, "next" | "previous" | "prev");
        if bundle.link.iter().any(is_page) {
            self.remarks.push(FileRemark::OnePage);
        }
        for (index, entry) in bundle.entry.iter().enumerate() {
            let place = Place::entry(index);
            match serde_json::from_str::<Entry<'_>>(entry.get()) {
                Ok(Entry {
                    full_url,
                    resource: Some(resource),
                }) => self.resource(place, full_url.as_deref(), resource.get()),
                _ => self.taker.refuse(place, Reason::NoResource),
            }
        }
        Ok(())
    }

    fn resource(&mut self, place: Place, full_url: Option<&str>, json: &str) {
        let head: Head = match serde_json::from_str(json) {
            Ok(head) => head,
            Err(error) if error.is_data() => return self.taker.refuse(place, Reason::NotResource),
            Err(error) => {
                let column = error.column();
                return self.taker.refuse(place, Reason::NotJson { column });
            }
        };
        self.any = true;
        let name = head.id.as_str().and_then(|id| name(&head.kind, id));
        let resource = Resource {
            place: place.of(name.clone()),
            full_url,
            name,
            kind: &head.kind,
            json,
        };
        if head.kind == "Bundle" {
            return self.taker.refuse(resource.place, Reason::BundleWithin);
        }
        match self.taker.take(&resource) {
            Ok(true) => {}
            Ok(false) => {
                if self.ignored.len() < 100 {
                    self.ignored.insert(head.kind.clone());
                }
            }
            Err(reason) => self.taker.refuse(resource.place, reason),
        }
    }
}

/// Type and id, if the id is one: <https://hl7.org/fhir/R4/datatypes.html#id>.
pub(super) fn name(kind: &str, id: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let is_id = (1..=64).contains(&id.len()) && id.chars().all(fits);
    let is_kind = (1..=64).contains(&kind.len()) && kind.chars().all(|c| c.is_ascii_alphabetic());
    (is_id && is_kind).then(|| format!("{kind}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_held_than_the_limit() {
        let whole = |text: &str| {
            let mut lines = Lines::new(text.as_bytes(), 6).unwrap();
            let first = lines.next().unwrap().unwrap();
            rest_of(first, &mut lines, 10).map(|whole| whole.text)
        };
        assert_eq!(whole("{\r\n1234\r\n678\r\n").unwrap(), "{\n1234\n678");
        for text in ["{\n1234\n6789", "{\n1234567\n"] {
            let error = whole(text).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the Bundle is larger than 200 MB; export NDJSON instead, which is read line by line"
            );
        }
    }
}
