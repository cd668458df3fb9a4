//! The beginnings and ends of words.

use unicode_script::{Script, UnicodeScript as _};

/// Whether a character goes on with the word beside it: letters, digits and `_`, but none of the
/// scripts that set words side by side without a space, or particles right behind a name.
/// `请@Dr Lisle看一下` names Dr Lisle. The page's own copy is in `words.js`.
pub fn continues_word(letter: char) -> bool {
    (letter.is_alphanumeric() || letter == '_') && !is_unspaced(letter)
}

/// Whether a character is of a script without spaces between words. Hangul has spaces, but its
/// particles follow a name directly. The marks of Kana belong to several scripts and are named here.
pub(crate) fn is_unspaced(letter: char) -> bool {
    let is_of_kana = matches!(letter,
        '\u{3006}' | '\u{3031}'..='\u{3035}' | '\u{303c}' | '\u{3099}'..='\u{309a}' | '\u{30fc}'
        | '\u{ff70}' | '\u{ff9e}'..='\u{ff9f}');
    is_of_kana
        || matches!(
            letter.script(),
            Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Bopomofo
                | Script::Hangul
                | Script::Yi
                | Script::Thai
                | Script::Lao
                | Script::Khmer
                | Script::Myanmar
                | Script::Tibetan
                | Script::Javanese
                | Script::Balinese
                | Script::Tai_Le
                | Script::New_Tai_Lue
                | Script::Tai_Tham
                | Script::Tai_Viet
                | Script::Ahom
        )
}
