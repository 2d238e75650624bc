//! Values with a form of their own: addresses, names, places.

use std::{net::SocketAddr, str::FromStr};

use chrono_tz::Tz;
use url::Url;

use crate::domain::{message::post::Place, nearest::nearest};

/// Any text that says something.
pub(super) fn words(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("this is empty; write something or leave the key out".into()),
        trimmed => Ok(trimmed.to_owned()),
    }
}

/// An IANA time zone.
pub(super) fn time_zone(text: &str) -> Result<Tz, String> {
    Tz::from_str(text).map_err(|_| match nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
        Some(meant) => format!("`{text}` is not a time zone; did you mean `{meant}`?"),
        None => format!("`{text}` is not a time zone; write an IANA name such as `America/Toronto` or `UTC`"),
    })
}

/// An address to listen on.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!(
            "`{text}` is not an address to listen on; write IP and port, such as `127.0.0.1:8080` or `0.0.0.0:8080`"
        )
    })
}

/// A web address, without the slash at its end.
pub(super) fn web_address(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        // A password in an address would end up in logs and messages.
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Err("this address carries a user name or password; write it without".into())
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Ok(text.trim().trim_end_matches('/').to_owned())
        }
        _ => Err(format!("`{text}` is not a web address; write one that starts with `https://` or `http://`")),
    }
}

/// A place in a chat.
pub(super) fn chat_place(text: &str) -> Result<Place, String> {
    text.parse().map_err(|_| {
        format!(
            "`{text}` is not a place; write `discord:CHANNEL_ID`, `telegram:CHAT_ID` or `telegram:CHAT_ID/TOPIC_ID`"
        )
    })
}

/// `owner/name` on GitHub.
pub(super) fn repository(text: &str) -> Result<String, String> {
    let owner_right = |owner: &str| letters(owner, "-", 39);
    let name_right = |name: &str| letters(name, "-._", 100) && name != "." && name != "..";
    match text.split_once('/') {
        Some((owner, name)) if owner_right(owner) && name_right(name) => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not a repository; write `owner/name`, such as `acme/api`")),
    }
}

/// A GitHub login.
pub(super) fn login(text: &str) -> Result<String, String> {
    // Apps have logins that end in `[bot]`; they are not people.
    if letters(text, "-", 39) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is not a GitHub login; write it without `@`, such as `octocat`"))
    }
}

/// An address in commits.
pub(super) fn email(text: &str) -> Result<String, String> {
    let whole = |part: &str| {
        !part.is_empty() && !part.contains(|letter: char| letter.is_whitespace() || "<>@".contains(letter))
    };
    match text.split_once('@') {
        Some((name, host)) if whole(name) && whole(host) => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is no address; write one such as `ann@acme.example`")),
    }
}

/// A project's name.
pub(super) fn project_name(text: &str) -> Result<String, String> {
    if letters(text, "-", 20) && !text.contains(|letter: char| letter.is_ascii_uppercase()) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` cannot name a project; write 1 to 20 of the characters `a-z`, `0-9` and `-`"))
    }
}

/// An environment's name.
pub(super) fn environment_name(text: &str) -> Result<String, String> {
    if letters(text, "-_", 20) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` cannot name an environment; write 1 to 20 letters, digits, `-` or `_`"))
    }
}

/// The file name of a workflow.
pub(super) fn workflow(text: &str) -> Result<String, String> {
    let stem = text.strip_suffix(".yml").or_else(|| text.strip_suffix(".yaml"));
    if stem.is_some_and(|stem| letters(stem, "-._", 200)) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "`{text}` is not a workflow file; write the name it has in `.github/workflows`, such as `deploy.yml`"
        ))
    }
}

/// The name of what a deploy publishes, in which only `{version}` is filled in.
pub(super) fn image(text: &str) -> Result<String, String> {
    let text = words(text)?;
    if text.replace("{version}", "").contains(['{', '}']) {
        Err(format!("`{text}` holds a blank that nothing fills; write `{{version}}` where the version belongs"))
    } else {
        Ok(text)
    }
}

/// The form of tags, which holds the version once.
pub(super) fn tag_form(text: &str) -> Result<String, String> {
    let around = text.split_once("{version}").map(|(before, after)| format!("{before}{after}"));
    let fits = around.is_some_and(|around| !around.contains(['{', '}', ' ', '~', '^', ':', '?', '*', '[', '\\']));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "`{text}` is no form of a tag; write `{{version}}` where the version belongs, such as `v{{version}}`"
        ))
    }
}

fn letters(text: &str, marks: &str, most: usize) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    (1..=most).contains(&text.len()) && text.chars().all(fits)
}
