//! Conditions on rows: `original_id = '' and type in ('text', 'image')`.
//!
//! A small part of SQL, so that names are checked, every database understands it alike, and nothing else
//! can be said.

use super::column::ColumnRef;

/// Every term must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Condition(Vec<Term>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) column: ColumnRef,
    pub(crate) test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Is(Operand),
    /// Also where the column holds nothing.
    IsNot(Operand),
    OneOf(Vec<String>),
    /// Also where the column holds nothing.
    NoneOf(Vec<String>),
    IsNull,
    IsNotNull,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Text(String),
    Column(ColumnRef),
}

/// Finds a column by its name, or says what is wrong with it.
type Find<'a> = &'a dyn Fn(&str) -> Result<ColumnRef, String>;

impl Condition {
    /// # Errors
    /// The error, with what would be right.
    pub(super) fn read(text: &str, left: Find<'_>, right: Find<'_>) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let mut reader = Reader {
            tokens: &tokens,
            left,
            right,
        };
        let mut terms = vec![reader.term()?];
        while let Some((first, rest)) = reader.tokens.split_first() {
            if !first.is_word("and") {
                return Err(format!("expected `and`, found {}", first.shown()));
            }
            reader.tokens = rest;
            terms.push(reader.term()?);
        }
        Ok(Self(terms))
    }

    pub(crate) fn of(terms: Vec<Term>) -> Self {
        Self(terms)
    }

    /// The same where the table itself is joined to another one under a name; see [`ColumnRef::within`].
    pub(crate) fn within(&self, name: &str) -> Self {
        let terms = self.0.iter().map(|term| Term {
            column: term.column.within(name),
            test: match &term.test {
                Test::Is(Operand::Column(other)) => Test::Is(Operand::Column(other.within(name))),
                Test::IsNot(Operand::Column(other)) => {
                    Test::IsNot(Operand::Column(other.within(name)))
                }
                test => test.clone(),
            },
        });
        Self(terms.collect())
    }

    pub(crate) fn terms(&self) -> &[Term] {
        &self.0
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Quoted(String),
    Text(String),
    Sign(&'static str),
}

impl Token {
    fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Name(name) if name.eq_ignore_ascii_case(word))
    }

    fn shown(&self) -> String {
        match self {
            Self::Name(text) | Self::Quoted(text) => format!("`{text}`"),
            Self::Text(text) => format!("'{text}'"),
            Self::Sign(sign) => format!("`{sign}`"),
        }
    }
}

const SIGNS: [&str; 6] = ["!=", "<>", "=", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign))
        {
            (Token::Sign(sign), sign.len())
        } else if matches!(first, '\'' | '"' | '`') {
            let (inside, length) = quoted(rest, first)?;
            let token = if first == '\'' {
                Token::Text
            } else {
                Token::Quoted
            };
            (token(inside), length)
        } else {
            let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
            let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
            if length == 0 {
                return Err(format!("`{first}` has no meaning here; {FORM}"));
            }
            let word = rest[..length].to_owned();
            let token = if word.bytes().all(|b| b.is_ascii_digit()) {
                Token::Text(word)
            } else {
                Token::Name(word)
            };
            (token, length)
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// The text between quotes, and how long it is with them; a doubled quote stands for one.
fn quoted(text: &str, quote: char) -> Result<(String, usize), String> {
    let mut inside = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((index, c)) = chars.next() {
        if c != quote {
            inside.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            inside.push(quote);
        } else {
            return Ok((inside, index + 1));
        }
    }
    Err(format!("the closing {quote} is missing"))
}

const FORM: &str =
    "a condition is like: deleted = 0 and type in ('text', 'image') and parent_id is null";

struct Reader<'a> {
    tokens: &'a [Token],
    left: Find<'a>,
    right: Find<'a>,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<&Token, String> {
        let Some((first, rest)) = self.tokens.split_first() else {
            return Err(format!("something is missing at the end; {FORM}"));
        };
        self.tokens = rest;
        Ok(first)
    }

    fn skips(&mut self, word: &str) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if first.is_word(word) => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn term(&mut self) -> Result<Term, String> {
        let column = match self.next()?.clone() {
            Token::Name(name) | Token::Quoted(name) => (self.left)(&name)?,
            other => return Err(format!("expected a column, found {}", other.shown())),
        };
        let test = match self.next()?.clone() {
            Token::Sign("=") => self.equal(false)?,
            Token::Sign("!=" | "<>") => self.equal(true)?,
            word if word.is_word("is") => {
                let is_not = self.skips("not");
                if !self.skips("null") {
                    return Err("expected `null` or `not null` after `is`".to_owned());
                }
                if is_not {
                    Test::IsNotNull
                } else {
                    Test::IsNull
                }
            }
            word if word.is_word("in") => Test::OneOf(self.list()?),
            word if word.is_word("not") && self.skips("in") => Test::NoneOf(self.list()?),
            other => {
                return Err(format!(
                    "expected =, !=, is, in or not in, found {}; {FORM}",
                    other.shown()
                ));
            }
        };
        Ok(Term { column, test })
    }

    fn equal(&mut self, is_not: bool) -> Result<Test, String> {
        let operand = match self.next()?.clone() {
            Token::Text(text) => Operand::Text(text),
            word if word.is_word("true") => return Ok(boolean(["1", "t", "true"], is_not)),
            word if word.is_word("false") => return Ok(boolean(["0", "f", "false"], is_not)),
            Token::Name(name) | Token::Quoted(name) => Operand::Column((self.right)(&name)?),
            other @ Token::Sign(_) => {
                return Err(format!("expected a value, found {}", other.shown()));
            }
        };
        Ok(if is_not {
            Test::IsNot(operand)
        } else {
            Test::Is(operand)
        })
    }

    fn list(&mut self) -> Result<Vec<String>, String> {
        let mut items = Vec::new();
        if *self.next()? != Token::Sign("(") {
            return Err("expected a list in parentheses, such as ('a', 'b')".to_owned());
        }
        loop {
            match self.next()?.clone() {
                Token::Text(text) => items.push(text),
                other => return Err(format!("expected a value, found {}", other.shown())),
            }
            match self.next()? {
                Token::Sign(",") => {}
                Token::Sign(")") => return Ok(items),
                other => return Err(format!("expected , or ), found {}", other.shown())),
            }
        }
    }
}

fn boolean(words: [&str; 3], is_not: bool) -> Test {
    let words = words.map(str::to_owned).to_vec();
    if is_not {
        Test::NoneOf(words)
    } else {
        Test::OneOf(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(name: &str) -> Result<ColumnRef, String> {
        if name.starts_with("no") {
            return Err(format!("there is no {name}"));
        }
        Ok(ColumnRef {
            join: None,
            column: name.to_owned(),
            kind: String::new(),
        })
    }

    fn read(text: &str) -> Result<Vec<Test>, String> {
        let condition = Condition::read(text, &column, &column)?;
        Ok(condition.0.into_iter().map(|term| term.test).collect())
    }

    #[test]
    fn every_form_is_read() {
        let text = |text: &str| Operand::Text(text.to_owned());
        let read = read(
            "a = '' AND b != 'it''s' and c is null and d is not null and e in ('x', 3) and f not in ('y') and g = h and i = true",
        );
        assert_eq!(
            read.unwrap(),
            [
                Test::Is(text("")),
                Test::IsNot(text("it's")),
                Test::IsNull,
                Test::IsNotNull,
                Test::OneOf(vec!["x".into(), "3".into()]),
                Test::NoneOf(vec!["y".into()]),
                Test::Is(Operand::Column(column("h").unwrap())),
                Test::OneOf(vec!["1".into(), "t".into(), "true".into()]),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, said) in [
            ("", "something is missing"),
            ("a", "something is missing"),
            ("a = 'x", "the closing ' is missing"),
            ("a = 1; drop table users", "`;` has no meaning here"),
            ("a = 1 or b = 2", "expected `and`, found `or`"),
            ("nothing = 1", "there is no nothing"),
            ("a like 'x'", "expected =, !=, is, in or not in"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
