//! What the bot says about exemptions from freezes.

use super::{either, short};
use crate::domain::{
    freeze::exemption::{Exemption, Lapse},
    message::{Button, Line, Look, Message, Tone, line},
};

/// `#12 Fix checkout`, as a link.
fn pull(line: Line, exemption: &Exemption) -> Line {
    let text = format!("#{} {}", exemption.pull_request, exemption.title);
    if exemption.url.is_empty() { line.plain(text) } else { line.link(text, &exemption.url) }
}

/// Somebody asks for an exemption; those who may grant it are pinged.
pub fn asked(exemption: &Exemption, closed_by: &str, may: &[String]) -> Message {
    let number = exemption.id.to_string();
    let say = |label: &str, look, path: &str| {
        Button::say(label, look, &commands::Invocation::new(path).with("number", &number))
    };
    let buttons = [say("Grant", Look::Good, "freeze grant"), say("Refuse\u{2026}", Look::Danger, "freeze refuse")];
    let good = line().plain("Good for commit ").code(short(&exemption.head));
    let good = match exemption.until {
        Some(until) => good.plain(" until ").time(until),
        None => good.plain(", until it is pushed to"),
    };
    Message::new(Tone::Asking, format!("\u{1f64b} {} asks for an exemption (E{number})", exemption.asked_by))
        .text(pull(line(), exemption).plain(format!(" into {}", exemption.base)))
        .text(exemption.reason.as_str())
        .text(closed_by)
        .text(good)
        .text(format!("{} decides.", either(may)))
        .row(buttons.into_iter().flatten().collect())
        .ping(may.to_vec())
}

/// Somebody decided on an exemption.
pub fn decided(exemption: &Exemption, ruleset: bool) -> Message {
    let Some(decided) = &exemption.decided else { return Message::new(Tone::Plain, "Nothing has been decided") };
    let number = exemption.pull_request;
    match &decided.refusal {
        Some(reason) => Message::new(Tone::Bad, format!("{} refused the exemption of #{number}", decided.by))
            .text(reason.as_str())
            .ping(vec![exemption.asked_by.clone()]),
        None => {
            let message = Message::new(Tone::Good, format!("{} exempted #{number} from the freeze", decided.by))
                .text(
                    pull(line(), exemption)
                        .plain(" at ")
                        .code(short(&exemption.head))
                        .plain(": ")
                        .plain(&exemption.reason),
                )
                .ping(vec![exemption.asked_by.clone()]);
            if ruleset {
                message.text("The ruleset holds all the same: somebody of its bypass team merges it.")
            } else {
                message
            }
        }
    }
}

/// Somebody let in by themselves what mends a rejection: why they may, and for how long that is good.
pub fn only_a_fix(gate: &str, base: &str) -> String {
    format!("A fix: {gate} was rejected. Good as long as that is so, and no other freeze closes {base}.")
}

/// An exemption is not good any more.
pub fn lapsed(exemption: &Exemption, why: &Lapse) -> Message {
    let number = exemption.pull_request;
    let again = format!("Ask again with /freeze exempt #{number} if it still has to pass.");
    let words = match why {
        Lapse::Expired => line().plain("Its time is over. ").plain(again),
        Lapse::Pushed { head } => line()
            .plain("It was good for ")
            .code(short(&exemption.head))
            .plain(", and the pull request is at ")
            .code(short(head))
            .plain(" now. ")
            .plain(again),
        Lapse::Retargeted { base } => line()
            .plain(format!("It was good for {}, and the pull request goes to {base} now. {again}", exemption.base)),
        Lapse::Closed => line().plain("The pull request is merged or closed."),
        Lapse::FrozenToo { reason } => line().plain(format!(
            "It was let in as a fix, and now {} is closed by \u{201c}{reason}\u{201d} too, from which nobody exempted it. {again}",
            exemption.base
        )),
        Lapse::NotRejected => {
            line().plain("It was let in as a fix, and what it was to mend is not rejected any more. ").plain(again)
        }
    };
    let what = if exemption.decided.is_some() { "exemption of" } else { "request to exempt" };
    Message::new(Tone::Bad, format!("\u{231b} The {what} #{number} has lapsed"))
        .text(words)
        .ping(vec![exemption.asked_by.clone()])
}

/// One line of a list of exemptions.
pub fn item(exemption: &Exemption) -> Line {
    let words = pull(line().bold(format!("E{}", exemption.id)).plain(" "), exemption)
        .plain(format!(": {} (asked by {}", exemption.reason, exemption.asked_by));
    let words = match &exemption.decided {
        None => words.plain(", not decided yet)"),
        Some(decided) => match &decided.refusal {
            None => words.plain(format!(", granted by {})", decided.by)),
            Some(reason) => words.plain(format!(", refused by {}: {reason})", decided.by)),
        },
    };
    match (&exemption.lapsed, exemption.until) {
        (Some((Lapse::Closed, _)), _) => words.plain("; over"),
        (Some(_), _) => words.plain("; lapsed"),
        (None, Some(until)) => words.plain("; until ").time(until),
        (None, None) => words,
    }
}
