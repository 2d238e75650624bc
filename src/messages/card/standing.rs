//! How a release stands, in the parts of its card.

use crate::domain::message::{Button, Line, Tone};

/// How it stands at one glance. The words beside it say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CardSign {
    /// The bot works, nobody has to do anything.
    Works,
    /// Somebody has to do something.
    Asks,
    /// It stopped.
    Stopped,
    /// Something around holds it.
    Held,
    /// A freeze holds it.
    Frozen,
    /// It is in production.
    Live,
    /// It is over without that.
    Cancelled,
}

impl CardSign {
    /// All of them.
    pub(super) const ALL: [Self; 7] =
        [Self::Works, Self::Asks, Self::Stopped, Self::Held, Self::Frozen, Self::Live, Self::Cancelled];

    /// The emoji.
    pub(super) fn emoji(self) -> &'static str {
        match self {
            Self::Works => "\u{2699}\u{fe0f}",
            Self::Asks => "\u{270b}",
            Self::Stopped => "\u{1f6d1}",
            Self::Held => "\u{23f8}\u{fe0f}",
            Self::Frozen => "\u{2744}\u{fe0f}",
            Self::Live => "\u{2705}",
            Self::Cancelled => "\u{2716}\u{fe0f}",
        }
    }

    /// The tone, which the chats show as a colour.
    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Works => Tone::Working,
            Self::Asks => Tone::Asking,
            Self::Stopped => Tone::Bad,
            Self::Held | Self::Cancelled => Tone::Plain,
            Self::Frozen => Tone::Frozen,
            Self::Live => Tone::Good,
        }
    }

    /// What the stage shows that it is at.
    pub(super) fn mark(self) -> char {
        match self {
            Self::Works | Self::Asks | Self::Live | Self::Frozen => '\u{25d0}',
            Self::Stopped | Self::Cancelled => '\u{25a0}',
            Self::Held => '\u{2016}',
        }
    }
}

/// How a release stands.
pub(super) struct CardStanding {
    /// At one glance.
    pub(super) sign: CardSign,
    /// Where it stands, behind its name.
    pub(super) words: String,
    /// Who does what.
    pub(super) ask: Line,
    /// By when, or since when.
    pub(super) when: Option<Line>,
    /// What is known of this besides, a line each.
    pub(super) details: Vec<Line>,
    /// Whether what is known of any release stands below that.
    pub(super) facts: bool,
    /// The buttons, the next action first.
    pub(super) rows: Vec<Vec<Button>>,
}

impl CardStanding {
    /// Without details and buttons.
    pub(super) fn new(sign: CardSign, words: impl Into<String>, ask: Line) -> Self {
        let words = words.into();
        Self { sign, words, ask, when: None, details: vec![], facts: true, rows: vec![] }
    }

    /// With this time.
    pub(super) fn when(self, when: impl Into<Option<Line>>) -> Self {
        Self { when: when.into(), ..self }
    }

    /// With one more detail.
    pub(super) fn detail(mut self, detail: impl Into<Option<Line>>) -> Self {
        self.details.extend(detail.into());
        self
    }

    /// With one more row of buttons, if it has any.
    pub(super) fn row(mut self, buttons: impl IntoIterator<Item = Option<Button>>) -> Self {
        let row: Vec<Button> = buttons.into_iter().flatten().collect();
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }

    /// With nothing below its own details.
    pub(super) fn alone(self) -> Self {
        Self { facts: false, ..self }
    }
}
