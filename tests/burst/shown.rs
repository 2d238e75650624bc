//! What people saw of the burst, read off a chat as they see it.

use super::senders::{DEPLOYERS, SENDERS, THINGS, alert, environment, rolls_back, version};

/// A message of the bot's, with what is told below it.
#[derive(Debug, Default)]
struct Message {
    title: String,
    /// What is listed in it.
    items: Vec<String>,
    below: Vec<String>,
    /// How often it or what is below it pings somebody.
    pings: usize,
}

/// What was counted in one place.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// Messages of their own.
    pub messages: usize,
    /// What was told below them.
    pub below: usize,
    /// Alerts that were named one by one.
    pub alerts: usize,
    /// What was told twice: on Telegram, a message that was under way when the bot was killed.
    pub twice: usize,
}

/// The messages of a transcript: on Discord with their threads, on Telegram with the answers to them.
fn messages(place: &str, transcript: &str) -> Vec<Message> {
    let mut found: Vec<Message> = vec![];
    let mut answers = false;
    for line in transcript.lines() {
        let bare = line.trim_start_matches([' ', '│']).trim_start();
        if let (true, Some(title)) = (place.starts_with('#'), bare.strip_prefix("# ")) {
            match line.starts_with("    ") {
                true => found.last_mut().unwrap().below.push(title.to_owned()),
                false => found.push(Message { title: title.to_owned(), ..Message::default() }),
            }
        } else if let (true, Some(last)) = (bare.starts_with("pings: "), found.last_mut()) {
            last.pings += 1;
        } else if let Some(title) = line.strip_prefix("shipmate: **") {
            found.push(Message { title: title.trim_end_matches("**").to_owned(), ..Message::default() });
            answers = false;
        } else if line.starts_with("shipmate: ↳") {
            answers = true;
        } else if let (true, Some(title)) = (answers, line.trim().strip_prefix("**")) {
            if let Some(title) = title.strip_suffix("**") {
                found.push(Message { title: format!("below {title}"), ..Message::default() });
                answers = false;
            }
        } else if let Some(item) = bare.strip_prefix("- ").or_else(|| bare.strip_prefix("• "))
            && !answers
            && let Some(last) = found.last_mut()
        {
            last.items.push(item.to_owned());
        }
    }
    found
}

/// Checks that each change of each thing is told once in a place, and none is missing.
pub(super) fn check(place: &str, transcript: &str) -> Counted {
    let all = messages(place, transcript);
    let discord = place.starts_with('#');
    let mut counted = Counted::default();
    for (number, sender) in SENDERS.iter().enumerate() {
        for thing in 0..THINGS {
            let name =
                if number < DEPLOYERS { format!("api {} ", version(number, thing)) } else { alert(number, thing) };
            let deploys = number < DEPLOYERS;
            if !deploys && place.ends_with("eleases") {
                continue;
            }
            let own =
                all.iter().filter(|message| message.title.contains(&name) && !message.title.starts_with("below "));
            let own: Vec<&Message> = own.collect();
            let answers =
                all.iter().filter(|message| message.title.starts_with("below ") && message.title.contains(&name));
            let answers: Vec<&Message> = answers.collect();
            let below: Vec<String> = match discord {
                true => own.iter().flat_map(|message| message.below.clone()).collect(),
                false => answers.iter().map(|message| message.title.clone()).collect(),
            };
            let extra = own.len().saturating_sub(1);
            assert!(!own.is_empty() && (extra == 0 || !discord), "{sender}'s {name} in {place}: {own:#?}");
            counted.twice += extra;
            counted.messages += own.len();
            counted.below += below.len();
            let last = own.last().unwrap();
            if deploys {
                let third = if rolls_back(sender) { "rolled back" } else { "on its way" };
                let words = ["on its way", "failed", third, "there"];
                assert_eq!(last.items.len(), 4, "{sender}'s {name} in {place}: {last:#?}");
                let told = last.items.iter().zip(words);
                assert!(
                    told.into_iter().all(|(item, word)| item.ends_with(word)),
                    "{sender}'s {name} in {place}: {last:#?}"
                );
                let there = format!("is on {}", environment(sender, thing));
                assert!(last.title.contains(&there), "{sender}'s {name} in {place}: {last:#?}");
                for (sign, most) in
                    [("is on its way", 2), ("failed in", 1), ("was rolled back", 1), (there.as_str(), 1)]
                {
                    let most = if third == "rolled back" && sign == "is on its way" { 1 } else { most };
                    let times = below.iter().filter(|title| title.contains(sign)).count();
                    counted.twice += times.saturating_sub(most);
                    assert!(times <= most || !discord, "{sender}'s {name} in {place} is told twice: {below:#?}");
                }
                let wrong = if third == "rolled back" { 2 } else { 1 };
                assert!(last.pings <= wrong, "{sender}'s {name} in {place} pings too often: {last:#?}");
            } else {
                assert!(last.title.contains("Resolved: "), "{sender}'s {name} in {place}: {last:#?}");
                let is_over = |title: &&String| title.contains("Resolved: ");
                let over = below.iter().filter(is_over).count();
                counted.twice += over.saturating_sub(1);
                assert!(over <= 1 || !discord, "{sender}'s {name} in {place} is over twice: {below:#?}");
                // What was over when it was first heard of is told by the message alone.
                let ends = below.is_empty() || below.last().as_ref().is_some_and(is_over);
                assert!(ends, "{sender}'s {name} in {place} does not end with its end: {below:#?}");
                assert!(last.pings <= 2, "{sender}'s {name} in {place} pings more than once for an alert: {last:#?}");
                let items = || own.iter().chain(&answers).flat_map(|message| &message.items);
                for (instance, over) in [("a", false), ("a", true), ("b", false), ("b", true)] {
                    let of = format!("instance={instance},");
                    let told = |item: &&String| item.contains(&of) && item.starts_with("resolved: ") == over;
                    let times = items().filter(told).count();
                    counted.alerts += times;
                    counted.twice += times.saturating_sub(1);
                    assert!(times <= 1 || !discord, "{sender}'s {name} in {place}, {of} is told twice: {own:#?}");
                }
            }
        }
    }
    assert!(counted.alerts > 0 || place.ends_with("eleases"), "no alert is named: {counted:?}");
    assert!(counted.twice <= 1, "only what was under way when the bot was killed is said again: {counted:?}");
    counted
}
