//! Beds in words: `bed 6`, `A2 bed 6`, `beds 6 and 8 on Maple ward`.

use super::{
    beds::{Bed, Parts, Spelled, Ward, parts},
    lists::{BED_WORDS, NUMBER_WORDS, UNITS},
    tokens::Token,
};

/// Beds in words whose first token this is: `bed 6`, `beds 6 and 8 on A2`.
pub(super) fn words(tokens: &[Token], start: usize) -> Vec<Bed> {
    let word = tokens[start].text.as_str();
    if let Some(number) = written_together(word) {
        let (end, spelled) = (
            start + 1,
            Spelled::Words {
                ward: ward_before(tokens, start)
                    .map(|(_, ward)| ward)
                    .or_else(|| ward_behind(tokens, start + 1)),
                bed: parts(number),
            },
        );
        let is_place = false;
        return vec![Bed {
            start,
            end,
            spelled,
            is_place,
        }];
    }
    if !BED_WORDS.contains(&word) {
        return Vec::new();
    }
    let mut at = start + 1;
    if tokens
        .get(at)
        .is_some_and(|token| matches!(token.text.as_str(), "no" | "nr" | "number"))
    {
        at += 1;
    }
    let mut numbers = Vec::new();
    while let Some(number) = bed_number(tokens, at) {
        numbers.push((at, number));
        let next = tokens.get(at + 1);
        let is_list = word.ends_with('s') || word.ends_with("ies");
        at = match next {
            Some(token) if is_list && matches!(token.text.as_str(), "and" | "or") => at + 2,
            Some(token) if is_list && matches!(token.gap.trim(), "," | "&" | "/" | "-" | "+") => {
                at + 1
            }
            _ => break,
        };
    }
    let Some((last, _)) = numbers.last() else {
        return Vec::new();
    };
    let before = ward_before(tokens, start);
    let ward = before.as_ref().map(|(_, ward)| ward.clone());
    let ward = ward.or_else(|| ward_behind(tokens, last + 1));
    let first = before.map_or(start, |(at, _)| at);
    let bed = |(at, bed): (usize, Parts)| Bed {
        start: first,
        end: at + 1,
        spelled: Spelled::Words {
            ward: ward.clone(),
            bed,
        },
        is_place: false,
    };
    numbers.into_iter().map(bed).collect()
}

/// `bed6` and `bed06`.
fn written_together(word: &str) -> Option<&str> {
    let number = word.strip_prefix("bed")?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(number)
}

/// `6`, `six`, `R2`; neither `6 hours` nor `2/7`.
fn bed_number(tokens: &[Token], at: usize) -> Option<Parts> {
    let token = tokens.get(at)?;
    let is_beside = matches!(
        token.gap.trim(),
        "" | "#" | "." | "-" | ":" | "," | "&" | "/" | "+"
    );
    if !is_beside || token.gap.contains('\n') || token.length() > 6 {
        return None;
    }
    let word = NUMBER_WORDS.iter().position(|word| *word == token.text);
    let has_digit = token.length() <= 4 && token.text.bytes().any(|b| b.is_ascii_digit());
    if word.is_none() && !has_digit {
        return None;
    }
    let is_amount = tokens.get(at + 1).is_some_and(|next| {
        let is_unit = next.follows() && UNITS.contains(&next.text.as_str());
        let is_span = next.gap == "/" && matches!(next.text.as_str(), "7" | "52" | "12" | "24");
        let is_part = matches!(next.gap.as_str(), "-" | "." | ":") && next.is_number();
        (is_unit || is_span || is_part) && !token.possessive
    });
    let parts = word.map_or_else(|| parts(&token.text), |word| vec![(word + 1).to_string()]);
    (!is_amount).then_some(parts)
}

/// `A2 bed 6`, `ward A2, bed 6`, `Maple ward bed 6`.
fn ward_before(tokens: &[Token], bed: usize) -> Option<(usize, Ward)> {
    let mut at = bed.checked_sub(1)?;
    if tokens[bed].begins_sentence() {
        return None;
    }
    let is_word_for_ward = |at: usize| matches!(tokens[at].text.as_str(), "ward" | "unit");
    if is_word_for_ward(at) {
        at = at.checked_sub(1)?;
        return Some((at, ward(&tokens[at])));
    }
    let is_called_ward = at.checked_sub(1).is_some_and(is_word_for_ward);
    (is_called_ward || is_like_a_ward(&tokens[at])).then(|| (at, ward(&tokens[at])))
}

/// `bed 6 on A2`, `bed 6, ward A2`, `bed 6 A2`, `bed 6 on Maple ward`.
fn ward_behind(tokens: &[Token], behind: usize) -> Option<Ward> {
    let mut at = behind;
    let first = tokens.get(at)?;
    if first.begins_sentence() {
        return None;
    }
    let is_on = matches!(first.text.as_str(), "on" | "in" | "at" | "of");
    if is_on {
        at += 1;
    }
    if tokens.get(at)?.text == "the" {
        at += 1;
    }
    if tokens.get(at)?.text == "ward" {
        return tokens.get(at + 1).map(ward);
    }
    let found = tokens.get(at)?;
    let is_called_ward = tokens
        .get(at + 1)
        .is_some_and(|next| next.text == "ward" && next.follows());
    let is_ward =
        is_called_ward || found.is_mixed() && found.length() <= 5 || is_on && found.capitals;
    is_ward.then(|| ward(found))
}

fn is_like_a_ward(token: &Token) -> bool {
    token.length() <= 5 && (token.is_mixed() || token.capitals)
}

fn ward(token: &Token) -> Ward {
    Ward {
        written: token.written.clone(),
        parts: parts(&token.text),
    }
}
