//! Letters that nobody sees, and that change the direction of others, shown as what they are.

/// A text in which each of them stands as `⟨U+202E⟩`. What emoji and scripts need of them stays.
pub fn visible(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    // The flags of England, Scotland and Wales are a black flag, and their names spelled behind it.
    let mut flag = false;
    for (nth, letter) in letters.iter().copied().enumerate() {
        let before = nth.checked_sub(1).and_then(|before| letters.get(before)).copied();
        let after = letters.get(nth + 1).copied();
        flag = letter == '\u{1f3f4}' || (flag && matches!(letter, '\u{e0020}'..='\u{e007f}'));
        if is_hidden(letter) && !flag && !belongs(letter, before, after) {
            shown.push_str(&format!("\u{27e8}U+{:04X}\u{27e9}", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether a letter leaves no trace of its own, or moves others.
fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\r' | '\t' => false,
        // Directions.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // Joiners, fillers, selectors, marks of other programs.
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}' => true,
        '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => true,
        '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => true,
        '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        letter => letter.is_control(),
    }
}

/// Whether it is a part of an emoji or of a word that cannot be written without it.
fn belongs(letter: char, before: Option<char>, after: Option<char>) -> bool {
    match letter {
        '\u{fe0e}' | '\u{fe0f}' => {
            before.is_some_and(|before| is_symbol(before) || "0123456789#*\u{a9}\u{ae}".contains(before))
        }
        '\u{200c}' | '\u{200d}' => {
            let joins = |letter: Option<char>, fits: fn(char) -> bool| letter.is_some_and(fits);
            let emoji = letter == '\u{200d}'
                && joins(before, |before| is_symbol(before) || before == '\u{fe0f}')
                && joins(after, is_symbol);
            emoji || (joins(before, joins_letters) && joins(after, joins_letters))
        }
        _ => false,
    }
}

fn is_symbol(letter: char) -> bool {
    matches!(letter, '\u{203c}'..='\u{2049}' | '\u{2100}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}' | '\u{3030}'..='\u{303d}' | '\u{3297}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Scripts whose letters are joined or kept apart within a word: Arabic and those of India and its neighbours.
fn joins_letters(letter: char) -> bool {
    matches!(letter, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_hides_is_shown() {
        for (hidden, shown) in [
            ("fix: total\u{202e}gpj.exe", "fix: total\u{27e8}U+202E\u{27e9}gpj.exe"),
            ("a\u{2066}b\u{2069}", "a\u{27e8}U+2066\u{27e9}b\u{27e8}U+2069\u{27e9}"),
            ("pass\u{200b}word", "pass\u{27e8}U+200B\u{27e9}word"),
            ("\u{feff}a\u{ad}b", "\u{27e8}U+FEFF\u{27e9}a\u{27e8}U+00AD\u{27e9}b"),
            ("\u{e0041}\u{e0042}", "\u{27e8}U+E0041\u{27e9}\u{27e8}U+E0042\u{27e9}"),
            ("a\u{0}b\u{1b}[31m", "a\u{27e8}U+0000\u{27e9}b\u{27e8}U+001B\u{27e9}[31m"),
            ("a\u{200d}b \u{fe0f}", "a\u{27e8}U+200D\u{27e9}b \u{27e8}U+FE0F\u{27e9}"),
        ] {
            assert_eq!(visible(hidden), shown);
        }
    }

    #[test]
    fn what_belongs_to_a_word_or_an_emoji_stays() {
        for text in [
            "plain\twords\r\n\u{e9}\u{65e5}\u{672c}",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
            "\u{1f469}\u{200d}\u{1f4bb} \u{1f6e1}\u{fe0f} 1\u{fe0f}\u{20e3} \u{2764}\u{fe0f}\u{200d}\u{1f525} \u{1f1e8}\u{1f1e6}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
        ] {
            assert_eq!(visible(text), text);
        }
    }
}
