//! Who merged a pull request, in the word by which people know them.

use crate::domain::team::people::{Account, People};

/// The account by which GitHub's merge queues merge.
const QUEUE: &str = "github-merge-queue[bot]";

/// Who merged, by GitHub's `login` of them: `ours` says in whose name the bot merges, if it had begun to; it is whoever opened
/// the pull request (`author`), unless that is somebody of the team.
pub(crate) fn name(login: &str, author: &str, ours: Option<&str>, people: &People) -> String {
    if login == QUEUE {
        return "the merge queue".to_owned();
    }
    if login.is_empty() {
        return "somebody whose account is gone".to_owned();
    }
    match (people.find(&Account::GitHub(login.to_owned())), ours) {
        // A bot with a person's token is that person to GitHub.
        (Some(_), Some(ours)) | (None, Some(ours)) if login == author => ours.to_owned(),
        (Some(person), _) => person.name.clone(),
        (None, _) => login.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::team::people::Person;

    #[test]
    fn who_merged_is_who_github_says() {
        let alice = Person { name: "alice".into(), github: vec!["alice-gh".into()], ..Person::default() };
        let people = People { people: vec![alice], ..People::default() };
        let bot = "shipmate[bot]";
        for (login, author, ours, expected) in [
            (bot, bot, Some("Shipmate"), "Shipmate"),
            (bot, bot, None, bot),
            ("alice-gh", bot, Some("Shipmate"), "alice"),
            ("alice-gh", bot, None, "alice"),
            // The bot has her token, and had begun to merge.
            ("alice-gh", "alice-gh", Some("Shipmate"), "Shipmate"),
            ("alice-gh", "alice-gh", None, "alice"),
            ("mallory", bot, Some("the calendar"), "mallory"),
            (QUEUE, bot, Some("Shipmate"), "the merge queue"),
            ("", bot, Some("Shipmate"), "somebody whose account is gone"),
        ] {
            assert_eq!(name(login, author, ours, &people), expected, "{login} {author} {ours:?}");
        }
    }
}
