//! Tells git the history of a made-up repository: commits, merges and tags as a stream for `git fast-import`.

use super::{people::User, settings::Settings};

/// One commit of a history: who, on which branch, what it says, and one file it writes.
pub(super) struct Told(pub &'static str, pub &'static str, pub &'static str, pub &'static str, pub &'static str);

/// One commit; through a pull request, it is made beside the branch and then merged into it by `merger`.
pub(super) fn written(settings: &Settings, told: &Told, at: i64, pull: Option<(u64, &str)>, merger: &str) -> String {
    let Told(login, branch, message, path, content) = told;
    let author = signature(settings, login, at);
    let file = format!("M 100644 inline {path}\n{}", data(content));
    let Some((number, from)) = pull else {
        return format!("commit refs/heads/{branch}\ncommitter {author}\n{}{file}\n", data(message));
    };
    let beside =
        format!("commit refs/sample/{number}\ncommitter {author}\n{}from refs/heads/{branch}\n{file}\n", data(message));
    let message = format!("Merge pull request #{number} from {}/{from}\n\n{message}", settings.owner);
    let (author, committer) = (signature(settings, merger, at + 600), "GitHub <noreply@github.com>");
    let merged = format!("author {author}\ncommitter {committer} {} +0000\n", at + 600);
    let merged = format!("commit refs/heads/{branch}\n{merged}{}merge refs/sample/{number}\n{file}\n", data(&message));
    format!("{beside}{merged}reset refs/sample/{number}\nfrom {}\n\n", "0".repeat(40))
}

/// Who signs at `at`, as git writes it.
pub(super) fn signature(settings: &Settings, login: &str, at: i64) -> String {
    let user = settings.people.iter().find(|user| user.login == login).cloned();
    let user = user.unwrap_or_else(|| User::new(login, login));
    format!("{} <{}> {at} +0000", user.name, user.email())
}

/// A text with its length before it.
pub(super) fn data(text: &str) -> String {
    format!("data {}\n{text}\n", text.len())
}
