//! Discord's limits, and how lengths are counted against them.

pub(super) use crate::chat::units::units;

/// The title of an embed.
pub(super) const TITLE: usize = 256;
/// The text of an embed.
pub(super) const TEXT: usize = 4096;
/// The name of a field.
pub(super) const FIELD_NAME: usize = 256;
/// The value of a field.
pub(super) const FIELD_VALUE: usize = 1024;
/// Fields in one embed.
pub(super) const FIELDS: usize = 25;
/// Embeds in one message.
pub(super) const EMBEDS: usize = 10;
/// Everything in the embeds of one message together.
pub(super) const ALL_EMBEDS: usize = 6000;
/// Rows of buttons.
pub(super) const ROWS: usize = 5;
/// Buttons in a row.
pub(super) const ROW: usize = 5;
/// The label of a button.
pub(super) const LABEL: usize = 80;
/// The address that a button opens.
pub(super) const BUTTON_URL: usize = 512;
/// What a button or a form carries.
pub(super) const CARRIED: usize = 100;
/// Mentions that fit into the text of one message.
pub(super) const MENTIONS: usize = 80;

/// The beginning of a text that is only a label, with an ellipsis when it is longer than `limit` units.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let fits = |letter: &char| {
        let enough = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        enough
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
