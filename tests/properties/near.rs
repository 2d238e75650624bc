//! Text near a right one: a sample with a few slips of the hand, or of a program.

use proptest::{collection::vec, prelude::*, sample::Index};

/// What slips in: what is empty, odd, far away or too large, and what ends something.
const SCRAPS: &[&str] = &[
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{e9}",
    "\u{65e5}\u{672c}",
    "\u{1f1e8}\u{1f1e6}",
    "\u{665}",
    "-",
    "--",
    "+",
    ".",
    ",",
    ";",
    ":",
    "/",
    "\\",
    "=",
    "|",
    "*",
    "?",
    "#",
    "@",
    "`",
    "'",
    "\"",
    "{",
    "}",
    "{}",
    "[",
    "]",
    "(",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "0.5",
    "255",
    "65536",
    "99999",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999",
    "s",
    "m",
    "h",
    "d",
    "w",
    "v",
    "Mon",
    "mon-fri",
    "24:00",
    "2026-02-30",
    "9999-12-31",
    "+262142-12-31T23:59:59Z",
    "-262143-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "2026-03-02 15:04:60 +0000",
];

/// One slip.
#[derive(Debug, Clone)]
enum Slip {
    /// Letters are lost.
    Lost(Index, usize),
    /// Letters are there twice.
    Twice(Index, usize),
    /// Something slips in.
    In(Index, &'static str),
    /// Something stands in the place of some letters.
    Instead(Index, usize, &'static str),
    /// Something else is said between two quotes.
    Quoted(Index, &'static str),
}

fn slips() -> impl Strategy<Value = Slip> {
    let (at, length, scrap) = (any::<Index>(), 0..12_usize, prop::sample::select(SCRAPS));
    (0..6, at, length, scrap).prop_map(|(kind, at, length, scrap)| match kind {
        0 => Slip::Lost(at, length),
        1 => Slip::Twice(at, length),
        2 => Slip::In(at, scrap),
        3 => Slip::Instead(at, length, scrap),
        _ => Slip::Quoted(at, scrap),
    })
}

fn slipped(text: &str, slip: &Slip) -> String {
    if let Slip::Quoted(at, scrap) = slip {
        let mut pieces: Vec<&str> = text.split('"').collect();
        // Every other piece stands between quotes.
        let quoted = pieces.len() / 2;
        if quoted > 0 && !scrap.contains(['"', '\\', '\n', '\r']) {
            pieces[1 + 2 * at.index(quoted)] = scrap;
        }
        return pieces.join("\"");
    }
    let letters: Vec<char> = text.chars().collect();
    let (at, length, scrap) = match slip {
        Slip::Lost(at, length) => (at, *length, String::new()),
        Slip::In(at, scrap) => (at, 0, (*scrap).to_owned()),
        Slip::Instead(at, length, scrap) => (at, *length, (*scrap).to_owned()),
        Slip::Quoted(..) => return text.to_owned(),
        Slip::Twice(at, length) => {
            let from = at.index(letters.len() + 1);
            (at, 0, letters[from..].iter().take(*length).collect())
        }
    };
    let at = at.index(letters.len() + 1);
    let rest = letters[at..].iter().skip(length);
    letters[..at].iter().copied().chain(scrap.chars()).chain(rest.copied()).collect()
}

/// One of these samples, with up to four slips in it.
pub(super) fn near(samples: impl IntoIterator<Item = impl Into<String>>) -> impl Strategy<Value = String> {
    let samples: Vec<String> = samples.into_iter().map(Into::into).collect();
    let slips = vec(slips(), 0..=4);
    (prop::sample::select(samples), slips).prop_map(|(text, slips)| {
        let slip = |text: String, slip: &Slip| slipped(&text, slip);
        slips.iter().fold(text, slip)
    })
}

/// A text made of such scraps and of whatever letters there are.
pub(super) fn scraps() -> impl Strategy<Value = String> {
    let piece = prop_oneof![prop::sample::select(SCRAPS).prop_map(str::to_owned), ".{0,6}", "[0-9smhd:-]{0,8}"];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}
