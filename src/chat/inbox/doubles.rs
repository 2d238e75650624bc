//! A card that was sent twice: a kill between its sending and the note of it leaves a first one that nobody knows of.

use super::Inbox;
use crate::{
    domain::{message::post::Place, release::ReleaseId},
    messages::card::is_title_of,
    store::{StoreProblem, Writing, outbox::CardRow},
};

/// Among how many releases a card is looked for, newest first.
const RELEASES: usize = 100;

impl Inbox {
    /// Has a message of the bot's on Telegram taken away if it is a card's double: it looks like the card of a release, and
    /// is older than the card that is kept up to date.
    ///
    /// # Errors
    /// That it could not be stored.
    pub async fn names(&self, chat: i64, message: i32, title: &str) -> Result<(), String> {
        let (context, title, message) = (&self.context, title.to_owned(), u64::try_from(message).unwrap_or_default());
        let find = || -> Result<Option<(Place, ReleaseId)>, StoreProblem> {
            let mut releases = context.store.open_releases()?;
            releases.extend(context.store.latest_releases(RELEASES)?);
            let mut cards = vec![];
            for release in releases.iter().filter(|release| is_title_of(release, &title)) {
                let Some((project, _)) = context.projects.get(&release.spec.project) else { continue };
                for place in project.releases.iter().filter(|place| place.is_in_telegram(chat)) {
                    cards.push(((*place, release.spec.id), context.store.card(*place, release.spec.id)?));
                }
            }
            Ok(doubled(&cards, message).copied())
        };
        let found = find().map_err(|problem| problem.to_string())?;
        let Some((place, release)) = found else { return Ok(()) };
        tracing::info!(chat, message, release = release.0, "a card's double is taken away");
        let take_away = move |writing: &mut Writing| writing.take_away(place, message);
        context.write(take_away).await.map_err(|problem: StoreProblem| problem.to_string())
    }
}

/// Of the cards that bear a title, the one whose double a message is: the first that was noted after it. Several releases may bear
/// one title, and a message that is one of their cards is nobody's double. Where somebody deleted the card and it was sent anew,
/// older ones are only what was answered.
fn doubled<K>(cards: &[(K, CardRow)], message: u64) -> Option<&K> {
    if cards.iter().any(|(_, card)| card.message == Some(message)) {
        return None;
    }
    let later = cards.iter().filter(|(_, card)| card.message.is_some_and(|noted| message < noted));
    later.min_by_key(|(_, card)| card.message).filter(|(_, card)| !card.anew).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_before_the_first_card_is_its_double() {
        let card = |message, anew| CardRow { message, anew, ..CardRow::default() };
        for (about, card, message, expected) in [
            ("sent before the one that is noted", card(Some(20), false), 12, true),
            ("the card itself", card(Some(20), false), 20, false),
            ("an answer that shows the card", card(Some(20), false), 31, false),
            ("nothing is noted yet", card(None, false), 12, false),
            ("the card was deleted and sent anew", card(Some(20), true), 12, false),
        ] {
            assert_eq!(doubled(&[((), card)], message).is_some(), expected, "{about}");
        }
        let both = [("March", card(Some(50), false)), ("January", card(Some(20), false))];
        for (about, message, expected) in [
            ("the card of an earlier release of that name", 20, None),
            ("sent before the earlier one", 12, Some("January")),
            ("sent before the later one", 44, Some("March")),
        ] {
            assert_eq!(doubled(&both, message).copied(), expected, "{about}");
        }
    }
}
