//! What the bot says, before any platform renders it.

pub mod asked_back;
pub mod asking;
pub mod kept;
pub mod markdown;
pub mod place;
pub mod post;
pub mod refusing;
pub mod route;
pub mod short;
pub mod visible;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use asking::Asker;
use visible::visible;

/// How a message feels: each platform shows it as a colour or an emoji of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing to do.
    Plain,
    /// Something is under way.
    Working,
    /// Somebody is asked to act.
    Asking,
    /// It went well.
    Good,
    /// It went wrong, or was refused.
    Bad,
    /// A freeze holds it.
    Frozen,
}

/// One thing that the bot says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// How it feels.
    pub tone: Tone,
    /// One short line.
    pub title: String,
    /// What follows the title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Block>,
    /// Rows of buttons below the text: at most 5 rows of at most 5.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// Names of the people who are pinged. Everybody else is only named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pings: Vec<String>,
    /// A question that the reader answers in words; set on replies only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
}

/// A paragraph, list or table of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A paragraph.
    Text(Line),
    /// Lines with a bullet each.
    List(Vec<Line>),
    /// Lines with a box each; `true` is ticked.
    Checklist(Vec<(bool, Line)>),
    /// Short pairs of a name and a value.
    Fields(Vec<(String, Line)>),
    /// Text to copy, in a fixed-width font.
    Code(String),
    /// A heading within the message.
    Heading(String),
    /// Somebody's own words.
    Quote(String),
}

/// A line of text, in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(pub Vec<Span>);

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// Plain words; people's text included. It never pings and never formats.
    Plain(String),
    /// Strong words.
    Bold(String),
    /// A name to be read letter by letter: a branch, a tag, a commit.
    Code(String),
    /// Words that lead somewhere.
    Link {
        /// What is shown.
        text: String,
        /// Where it leads.
        url: String,
    },
    /// A moment, shown in the reader's zone where the platform can, else in the team's.
    Time(DateTime<Utc>),
    /// A moment on the card: of those within a day the time alone, of others the weekday and the date, too.
    Moment {
        /// When.
        at: DateTime<Utc>,
        /// Whether it is within a day of when it is said.
        near: bool,
    },
    /// How far off a moment is, for the platforms that do not count down by themselves.
    Left(String),
}

/// A button below a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What is written on it, at most 40 characters.
    pub label: String,
    /// What it does.
    pub action: Action,
    /// How it looks.
    pub look: Look,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Says a command: the written form of `commands::Invocation`. One that a platform takes on no button is kept under a
    /// number, which the button carries then (`domain/message/kept.rs`).
    Say(String),
    /// Opens a page.
    Open(String),
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// The thing most people want.
    Primary,
    /// An ordinary choice.
    Plain,
    /// It goes well.
    Good,
    /// It stops something.
    Danger,
}

/// A question answered in words: the command that misses one argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The command so far, encoded.
    pub invocation: String,
    /// The argument that the answer becomes.
    pub argument: String,
    /// What is asked, such as "Why?".
    pub ask: String,
    /// Who is asked by a message that they answer; on Discord a form asks whoever opens it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<Asker>,
}

impl Message {
    /// A message with a title only.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, title: visible(&title.into()), body: vec![], buttons: vec![], pings: vec![], question: None }
    }

    /// Title and text without any formatting, for the places that show nothing else.
    pub fn plain_text(&self) -> String {
        let mut lines: Vec<String> = Some(self.title.clone()).filter(|title| !title.is_empty()).into_iter().collect();
        for block in &self.body {
            match block {
                Block::Text(line) => lines.push(line.plain_text()),
                Block::List(items) => lines.extend(items.iter().map(|item| format!("\u{2022} {}", item.plain_text()))),
                Block::Checklist(items) => lines.extend(items.iter().map(|(_, item)| item.plain_text())),
                Block::Fields(fields) => {
                    lines.extend(fields.iter().map(|(name, value)| format!("{name}: {}", value.plain_text())));
                }
                Block::Code(text) | Block::Heading(text) | Block::Quote(text) => lines.push(text.clone()),
            }
        }
        lines.join("\n")
    }

    /// Adds a paragraph.
    pub fn text(mut self, line: impl Into<Line>) -> Self {
        self.body.push(Block::Text(line.into().visible()));
        self
    }

    /// Adds a block.
    pub fn block(mut self, block: Block) -> Self {
        self.body.push(block.visible());
        self
    }

    /// Adds a row of buttons, if there are any.
    pub fn row(mut self, buttons: Vec<Button>) -> Self {
        if !buttons.is_empty() {
            self.buttons.push(buttons);
        }
        self
    }

    /// Pings these people.
    pub fn ping(mut self, names: Vec<String>) -> Self {
        self.pings = names;
        self
    }
}

impl Block {
    /// The same with what nobody sees in people's words shown as what it is.
    fn visible(self) -> Self {
        match self {
            Self::Text(line) => Self::Text(line.visible()),
            Self::List(items) => Self::List(items.into_iter().map(Line::visible).collect()),
            Self::Checklist(items) => {
                Self::Checklist(items.into_iter().map(|(ticked, item)| (ticked, item.visible())).collect())
            }
            Self::Fields(fields) => {
                Self::Fields(fields.into_iter().map(|(name, value)| (visible(&name), value.visible())).collect())
            }
            Self::Code(text) => Self::Code(visible(&text)),
            Self::Heading(text) => Self::Heading(visible(&text)),
            Self::Quote(text) => Self::Quote(visible(&text)),
        }
    }
}

impl Button {
    /// A button that says a command, however long that is; one without words makes no button.
    pub fn say(label: impl Into<String>, look: Look, invocation: &commands::Invocation) -> Option<Self> {
        Some(Self { label: label.into(), action: Action::Say(invocation.written()?), look })
    }

    /// A button that says a command about a project.
    pub fn say_of(label: impl Into<String>, look: Look, said: &commands::Invocation, project: &str) -> Option<Self> {
        Self::say(label, look, &said.clone().with("project", project))
    }

    /// A button that opens a page.
    pub fn open(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), action: Action::Open(url.into()), look: Look::Plain }
    }
}

impl Line {
    fn visible(self) -> Self {
        let shown = |span: Span| match span {
            Span::Plain(text) => Span::Plain(visible(&text)),
            Span::Bold(text) => Span::Bold(visible(&text)),
            Span::Code(text) => Span::Code(visible(&text)),
            Span::Link { text, url } => Span::Link { text: visible(&text), url },
            Span::Time(_) | Span::Moment { .. } | Span::Left(_) => span,
        };
        Self(self.0.into_iter().map(shown).collect())
    }

    /// The same with nothing in bold.
    pub fn unbolded(self) -> Self {
        let plain = |span: Span| if let Span::Bold(text) = span { Span::Plain(text) } else { span };
        Self(self.0.into_iter().map(plain).collect())
    }

    /// The same with each moment as the card tells it at `now`.
    pub fn at_moments(self, now: DateTime<Utc>) -> Self {
        self.0.into_iter().fold(Self::default(), |line, span| match span {
            Span::Time(at) => line.moment(at, now),
            Span::Plain(_)
            | Span::Bold(_)
            | Span::Code(_)
            | Span::Link { .. }
            | Span::Moment { .. }
            | Span::Left(_) => line.and(Self(vec![span])),
        })
    }

    /// The words without any formatting.
    pub fn plain_text(&self) -> String {
        let word = |span: &Span| match span {
            Span::Plain(text) | Span::Bold(text) | Span::Code(text) | Span::Link { text, .. } | Span::Left(text) => {
                text.clone()
            }
            Span::Time(at) => at.format("%Y-%m-%d %H:%M UTC").to_string(),
            Span::Moment { at, near: true } => at.format("%H:%M UTC").to_string(),
            Span::Moment { at, near: false } => at.format("%a %-d %b %H:%M UTC").to_string(),
        };
        self.0.iter().map(word).collect()
    }

    /// Adds plain words.
    pub fn plain(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    /// Adds strong words.
    pub fn bold(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Bold(text.into()));
        self
    }

    /// Adds a name in a fixed-width font.
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// Adds a link.
    pub fn link(mut self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.0.push(Span::Link { text: text.into(), url: url.into() });
        self
    }

    /// Adds how far off a moment is.
    pub fn left(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Left(text.into()));
        self
    }

    /// Adds another line's pieces.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Adds a moment as the card tells it at `now`.
    pub fn moment(mut self, at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        self.0.push(Span::Moment { at, near: (at - now).abs() < TimeDelta::hours(24) });
        self
    }

    /// Adds a moment.
    pub fn time(mut self, at: DateTime<Utc>) -> Self {
        self.0.push(Span::Time(at));
        self
    }
}

impl<T: Into<String>> From<T> for Line {
    fn from(text: T) -> Self {
        Self(vec![Span::Plain(text.into())])
    }
}

/// An empty line to build on.
pub fn line() -> Line {
    Line::default()
}
