//! Compares the end of a story with the undisturbed one.
//!
//! Two things differ between any two worlds and are named alike: ports of this machine, and the numbers of workflow
//! runs. If, and only if, the story took longer on the clock (a deploy that may have been asked for is looked for a
//! minute long before it is asked for again), what follows from the time is named alike too: times and durations, the
//! short shas of commits, which contain times, and the numbers of staging builds, which are times. Each crash may have
//! the team told once, in each chat, that something is not certain yet; a person once find nobody who listens, and be answered in
//! private, which is not compared; and the last message in a Telegram chat be there twice.

use std::{cell::RefCell, collections::HashMap};

use serde_json::Value;

use super::end::{End, Shown};

/// What is different, in sentences; nothing if the ends are the same.
pub(super) fn differences(expected: &End, found: &End) -> Vec<String> {
    let alike = Alike { longer: expected.minutes != found.minutes };
    let kills = found.kills.len();
    let mut all = vec![];
    let worlds = (pretty(&expected.world), pretty(&found.world));
    lists("GitHub", &alike.lines(&worlds.0), &alike.lines(&worlds.1), &mut all);
    if expected.made != found.made {
        let made = |end: &End| end.made.iter().map(|(what, times)| format!("{what}: {times}")).collect::<Vec<_>>();
        lists("made", &made(expected), &made(found), &mut all);
    }
    let wanted = alike.all(expected.discord.iter());
    lists("Discord", &wanted, &without_uncertainty(alike.all(found.discord.iter()), &wanted, kills), &mut all);
    lists("Discord's pings", &sorted(&expected.discord_pings), &sorted(&found.discord_pings), &mut all);
    interactions(expected, found, &alike, &mut all);
    telegram(expected, found, &alike, &mut all);
    lists("toasts", &expected.toasts, &found.toasts, &mut all);
    if found.unanswered > 0 {
        all.push(format!("{} presses on Telegram are not answered", found.unanswered));
    }
    all
}

/// Every interaction is answered as in the undisturbed story. One that was sent to the process that died may show that
/// nobody answered; then the same may have been said again.
fn interactions(expected: &End, found: &End, alike: &Alike, all: &mut Vec<String>) {
    let open = found.interactions.iter().filter(|known| known.open && !known.unheard);
    all.extend(open.map(|known| format!("not answered on Discord: {}", known.what)));
    let mut first = 0;
    for kill in &found.kills {
        let sent = found.interactions.iter().take(kill.interactions).skip(first);
        let unheard = sent.filter(|known| known.unheard).count();
        if unheard > 1 {
            all.push(format!("{unheard} interactions on Discord were not heard at {}", kill.point));
        }
        first = kill.interactions;
    }
    let answers = |end: &End| {
        let heard = end.interactions.iter().filter(|known| !known.unheard);
        let all = heard.map(|known| format!("{} → {}", known.what, known.shows.clone().unwrap_or_default()));
        all.map(|answer| alike.text(&answer)).collect::<Vec<_>>()
    };
    let (mut expected, heard) = (answers(expected), answers(found));
    for lost in found.interactions.iter().filter(|known| known.unheard) {
        let again = heard.iter().filter(|answer| answer.starts_with(&lost.what)).count();
        let wanted = expected.iter().filter(|answer| answer.starts_with(&lost.what)).count();
        if again < wanted
            && let Some(at) = expected
                .iter()
                .position(|answer| answer.starts_with(&lost.what) && times(&expected, answer) > times(&heard, answer))
        {
            expected.remove(at);
        }
    }
    lists("answers on Discord", &sorted(&expected), &sorted(&heard), all);
}

fn times(answers: &[String], answer: &String) -> usize {
    answers.iter().filter(|known| *known == answer).count()
}

/// Every message once. Telegram knows no key that keeps a message from being sent twice, so one that was sent and
/// perhaps not noted when the bot died may be there twice; so may its pings.
fn telegram(expected: &End, found: &End, alike: &Alike, all: &mut Vec<String>) {
    let mut repeated = vec![];
    for (chat, wanted) in &expected.telegram {
        let wanted = sorted(&alike.all(wanted.iter().map(|(_, shown)| shown)));
        let mut there = found.telegram[chat].clone();
        let unnoted = found.kills.iter().flat_map(|kill| &kill.perhaps_unnoted).filter(|(of, _)| of == chat);
        for (_, id) in unnoted {
            let Some(at) = there.iter().position(|(known, _)| known == id) else { continue };
            let text = alike.shown(&there[at].1);
            let times = there.iter().filter(|(_, shown)| alike.shown(shown) == text).count();
            if there.len() > wanted.len() && times > wanted.iter().filter(|known| **known == text).count() {
                repeated.push(there.remove(at).0);
            }
        }
        let here = alike.all(there.iter().map(|(_, shown)| shown));
        let here = sorted(&without_uncertainty(here, &wanted, found.kills.len()));
        lists(&format!("Telegram {chat}"), &wanted, &here, all);
    }
    let pings = |end: &End, without: &[String]| {
        let pings = end.telegram_pings.iter().filter(|(message, _)| !without.contains(message));
        sorted(&pings.map(|(_, ping)| ping.clone()).collect::<Vec<_>>())
    };
    lists("Telegram's pings", &pings(expected, &[]), &pings(found, &repeated), all);
}

/// The messages, but for those about a deploy of which it is not certain that it was asked for: one for each crash at most.
fn without_uncertainty(mut told: Vec<String>, wanted: &[String], crashes: usize) -> Vec<String> {
    let uncertain = |text: &String| text.contains("t is not certain yet that");
    let all = told.iter().filter(|text| uncertain(text)).count();
    for _ in wanted.iter().filter(|text| uncertain(text)).count()..all.min(crashes) {
        if let Some(at) = told.iter().position(uncertain) {
            told.remove(at);
        }
    }
    told
}

/// Names alike what may differ.
struct Alike {
    longer: bool,
}

impl Alike {
    fn shown(&self, shown: &Shown) -> String {
        format!("[{}] {}", shown.place, self.text(&shown.text))
    }

    fn all<'a>(&self, messages: impl Iterator<Item = &'a Shown>) -> Vec<String> {
        messages.map(|shown| self.shown(shown)).collect()
    }

    fn lines(&self, text: &str) -> Vec<String> {
        self.text(text).lines().map(str::to_owned).collect()
    }

    /// Remembered, for the same is looked at again at every rest.
    fn text(&self, text: &str) -> String {
        thread_local! {
            static KNOWN: [RefCell<HashMap<String, String>>; 2] = Default::default();
        }
        KNOWN.with(|known| {
            let known = &known[usize::from(self.longer)];
            if let Some(named) = known.borrow().get(text) {
                return named.clone();
            }
            let named = self.named(text);
            known.borrow_mut().insert(text.to_owned(), named.clone());
            named
        })
    }

    fn named(&self, text: &str) -> String {
        let text = digits_after(text, "127.0.0.1:", "PORT");
        let text = digits_after(&text, "/actions/runs/", "RUN");
        let text = digits_after(&text, "/deployments/", "DEPLOYMENT");
        if !self.longer {
            return text;
        }
        let text = digits_after(&text, "-rc.", "TIME");
        let text = digits_after(&text, "-qa.", "TIME");
        text.lines().map(timeless).collect::<Vec<_>>().join("\n")
    }
}

/// A line without what follows from the time: `T+0:08`, `09:00`, `8 min`, `7 h`, a short sha of a commit.
fn timeless(line: &str) -> String {
    let line = line.replace('\u{a0}', " ");
    let words: Vec<&str> = line.split(' ').collect();
    let core = |at: usize| words.get(at).map_or("", |word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    let is_time = |at: usize| {
        let digits = core(at).bytes().all(|b| b.is_ascii_digit() || b == b':');
        let is_clock = core(at).len() == 5 && core(at).as_bytes()[2] == b':';
        digits && !core(at).is_empty() && (is_clock || matches!(core(at + 1), "UTC" | "EST" | "h" | "min"))
    };
    let is_sha = |at: usize| core(at).len() == 7 && core(at).bytes().all(|b| b.is_ascii_hexdigit());
    let name = |at: usize| match words[at].find("T+") {
        Some(start) => format!("{}T+TIME", &words[at][..start]),
        None if is_time(at) => words[at].replace(core(at), "TIME"),
        None if is_sha(at) => words[at].replace(core(at), "SHA"),
        None => words[at].to_owned(),
    };
    let masked = (0..words.len()).map(name).collect::<Vec<_>>().join(" ");
    // An hour may have come together meanwhile, and a whole one is said without its minutes after days.
    masked.replace("TIME h TIME min", "TIME min").replace("d TIME h", "d TIME min")
}

fn digits_after(text: &str, start: &str, name: &str) -> String {
    let mut parts = text.split(start);
    let first = parts.next().unwrap_or_default().to_owned();
    parts
        .fold(first, |all, part| format!("{all}{start}{name}{}", part.trim_start_matches(|c: char| c.is_ascii_digit())))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn sorted(all: &[String]) -> Vec<String> {
    let mut all = all.to_vec();
    all.sort();
    all
}

/// Says which entries are only on one side, or that the order differs.
fn lists(what: &str, expected: &[String], found: &[String], all: &mut Vec<String>) {
    if expected == found {
        return;
    }
    let only = |these: &[String], those: &[String]| {
        let mut those = those.to_vec();
        let mut only = vec![];
        for one in these {
            match those.iter().position(|other| other == one) {
                Some(at) => drop(those.remove(at)),
                None => only.push(one.clone()),
            }
        }
        only
    };
    let (lacking, extra) = (only(expected, found), only(found, expected));
    all.extend(lacking.iter().map(|one| format!("{what} lacks: {one}")));
    all.extend(extra.iter().map(|one| format!("{what} has besides: {one}")));
    if lacking.is_empty() && extra.is_empty() {
        all.push(format!("{what}: another order:\n  {}", found.join("\n  ")));
    }
}
