//! Which way is open, as a table.

use super::*;

fn rule(what: Hindered) -> Hindrance {
    Hindrance { step: 0, name: "develop".into(), what, by: "ruleset r".into() }
}

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minute)
}

/// A pull request of the bot's with which the bot began at minute 10, as these words say.
fn stands<'a>(rules: &'a [Hindrance], words: &str) -> PullAtBase<'a> {
    let mut pull = PullAtBase { rules: rules.iter().collect(), author: "bot", sound: true, ..PullAtBase::default() };
    let exit = |at: i64, by: &str| Some(QueueExit { at: minute(at), by: by.into(), reason: "failed_checks".into() });
    let auto = |by: &str, method: &str| Some(AutoMergeOn { by: by.into(), method: method.into() });
    for word in words.split_whitespace() {
        match word {
            "waits" => pull.waits = true,
            "broken" => (pull.waits, pull.sound) = (true, false),
            "blocked" => pull.blocked = true,
            "frozen" => pull.frozen = true,
            "begun" => pull.since = Some(minute(10)),
            "queued" => pull.progress.queued = true,
            "left-before" => pull.progress.left = exit(9, "queue"),
            "left-then" => pull.progress.left = exit(11, "queue"),
            "left-by-us" => pull.progress.left = exit(11, "bot"),
            "ours" => pull.progress.auto_merge = auto("bot", "MERGE"),
            "theirs" => pull.progress.auto_merge = auto("dave", "MERGE"),
            "squash" => pull.progress.auto_merge = auto("dave", "SQUASH"),
            "allowed" => pull.progress.auto_merge_allowed = true,
            "unreviewed" => pull.progress.lacks_review = true,
            other => panic!("no word: {other}"),
        }
    }
    pull
}

#[test]
fn the_way_that_is_open_is_gone() {
    let (queue, review) = (rule(Hindered::Enqueued), rule(Hindered::Reviewed { reviews: 1 }));
    let (linear, squash) =
        (rule(Hindered::NoMergeCommits), rule(Hindered::QueueMakesOthers { method: "squash".into() }));
    let none: &[Hindrance] = &[];
    let (queues, reviews, both) = ([queue.clone()], [review.clone()], [queue, review.clone()]);
    let (linears, squashes) = ([linear.clone()], [squash.clone()]);
    for (rules, words, expected) in [
        (none, "", "Merge"),
        (none, "waits", "Waits"),
        (none, "waits blocked", "Waits"),
        (none, "waits blocked allowed", "LetGitHub"),
        (none, "blocked allowed", "LetGitHub"),
        (none, "blocked", "Merge"),
        (none, "broken blocked allowed", "Waits"),
        (none, "waits allowed", "Waits"),
        (none, "waits blocked allowed ours", "ByItself"),
        (none, "waits blocked theirs", "ByItself"),
        (none, "waits blocked squash", "OtherMethod"),
        (none, "waits blocked allowed ours frozen", "TakeBack"),
        (none, "waits blocked theirs frozen", "ByItself"),
        (none, "frozen", "Closed"),
        (none, "blocked frozen", "Closed"),
        (none, "blocked allowed frozen", "Closed"),
        (none, "waits frozen", "Waits"),
        (&reviews, "", "Merge"),
        (&reviews, "blocked", "Review"),
        (&reviews, "blocked waits", "Waits"),
        (&reviews, "blocked allowed", "LetGitHub"),
        (&queues, "blocked", "Enqueue"),
        (&queues, "blocked waits allowed", "Waits"),
        (&queues, "blocked begun", "Enqueue"),
        (&queues, "blocked begun queued", "Queued"),
        (&queues, "blocked begun left-before", "Enqueue"),
        (&queues, "blocked begun left-then", "ThrownOut"),
        (&queues, "blocked begun left-by-us", "Enqueue"),
        (&queues, "blocked left-then", "Enqueue"),
        (&queues, "blocked begun left-then queued", "Queued"),
        (&queues, "blocked begun queued frozen", "TakeBack"),
        (&queues, "blocked queued frozen", "Queued"),
        (&queues, "blocked frozen", "Closed"),
        (&queues, "blocked begun left-by-us frozen", "Closed"),
        (&queues, "blocked squash", "ByItself"),
        (&both, "blocked unreviewed", "Review"),
        (&both, "blocked", "Enqueue"),
        (&linears, "", "Person"),
        (&linears, "waits", "Waits"),
        (&linears, "blocked allowed", "Person"),
        (&squashes, "blocked", "Person"),
    ] {
        let pull = stands(rules, words);
        let found = format!("{:?}", pull.way_in());
        let found = found.split('(').next().unwrap_or_default();
        assert_eq!(found, expected, "{rules:?} {words}");
    }
}
