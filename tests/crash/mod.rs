//! The crash sweep: the bot is killed at every one of its changing requests, and the world ends up as if it never was.
//!
//! A story is told once undisturbed, which gives the number N of requests that ask for a change, over GitHub, Discord
//! and Telegram, and the world as it is at the end. Then, for every n up to N, it is told twice more in a fresh world
//! with a fresh bot: once the process is killed (SIGKILL) when its n-th changing request arrives, before anything of it
//! is applied; once when it has been applied and not yet answered. The bot is started again at once, and the story goes
//! on to its end, where the world must be the undisturbed one. Both chats and GitHub are served concurrently, so the
//! n-th request need not be the same one in two runs; what counts is that every n is covered.

mod compare;
mod end;
mod stories;
mod survivor;

use std::{
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::{FutureExt, future::BoxFuture};
use sandbox::wire::Moment;

use end::End;
use survivor::Survivor;

/// How many worlds live side by side.
const AT_ONCE: usize = 4;

/// A story that people and bot live through, whatever happens to the bot.
#[derive(Clone, Copy)]
struct Tale {
    name: &'static str,
    tell: for<'a> fn(&'a mut Survivor) -> BoxFuture<'a, ()>,
}

/// Where the bot dies: at which changing request of which story.
#[derive(Clone, Copy)]
struct Point {
    tale: usize,
    n: u64,
    moment: Moment,
}

/// What became of one crash point.
enum Outcome {
    Converged,
    /// The story was over before the bot had made so many changing requests.
    NotReached,
    Diverged,
}

#[test]
fn a_crash_at_any_request_leaves_no_trace() {
    let tales = [
        Tale { name: "release", tell: |survivor| stories::release(survivor).boxed() },
        Tale { name: "hotfix", tell: |survivor| stories::hotfix(survivor).boxed() },
    ];
    let undisturbed: Vec<End> = tales.iter().map(|tale| in_a_world(*tale, None).unwrap()).collect();
    for (tale, end) in tales.iter().zip(&undisturbed) {
        println!("{}: {} changing requests in {} minutes", tale.name, end.requests, end.minutes);
    }
    let only = std::env::var("CRASH_POINT").ok();
    let points: Vec<Point> = undisturbed
        .iter()
        .enumerate()
        .flat_map(|(tale, end)| (1..=end.requests).map(move |n| (tale, n)))
        .flat_map(|(tale, n)| [Moment::Before, Moment::After].map(|moment| Point { tale, n, moment }))
        .filter(|point| only.as_ref().is_none_or(|only| point.named(&tales).starts_with(only.as_str())))
        .collect();
    let outcomes = at_once(&points, |point| {
        // How many edits a card needs depends on how its changes meet, so a late number may come up only now and then.
        let mut tries = (0..3).map(|_| crash(&tales, &undisturbed, *point));
        tries.find(|outcome| !matches!(outcome, Outcome::NotReached)).unwrap_or(Outcome::NotReached)
    });
    let mut missing: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    let mut diverged = vec![];
    for (point, outcome) in points.iter().zip(&outcomes) {
        match outcome {
            Outcome::Converged => {}
            Outcome::NotReached => missing.entry(point.tale).or_default().push(point.n),
            Outcome::Diverged => diverged.push(point.named(&tales)),
        }
    }
    assert!(diverged.is_empty(), "{} of {} diverged: {}", diverged.len(), points.len(), diverged.join(" "));
    for (tale, ns) in &missing {
        // How often a card is edited depends on how the edits meet, so the last numbers may not come up.
        let first = ns.iter().min().copied().unwrap_or_default();
        let end = undisturbed[*tale].requests;
        assert!(first + 5 > end, "{}: of {end} requests, these never came: {ns:?}", tales[*tale].name);
    }
    let covered = outcomes.len() - missing.values().map(Vec::len).sum::<usize>();
    println!("crash sweep: {covered} crash points over the release and the hotfix, all converged");
}

/// Tells a story with a crash in it, and compares its end with the undisturbed one.
fn crash(tales: &[Tale], undisturbed: &[End], point: Point) -> Outcome {
    let expected = &undisturbed[point.tale];
    // Told at once: the sweep is long.
    let diverged = |how: &str| {
        eprintln!("━━━━ {} ━━━━\n{how}\n", point.named(tales));
        Outcome::Diverged
    };
    match in_a_world(tales[point.tale], Some((point.n, point.moment))) {
        Ok(end) if end.crash.is_none() => Outcome::NotReached,
        Ok(end) => match compare::differences(expected, &end) {
            differences if differences.is_empty() => Outcome::Converged,
            differences => diverged(&end.with_context(&differences)),
        },
        Err(problem) => diverged(&problem),
    }
}

impl Point {
    /// As `CRASH_POINT` names it, to tell this one alone again.
    fn named(self, tales: &[Tale]) -> String {
        format!("{}/{}/{:?}", tales[self.tale].name, self.n, self.moment)
    }
}

/// Tells one story in a world and a runtime of its own, so that nothing of it is left behind.
fn in_a_world(tale: Tale, trap: Option<(u64, Moment)>) -> Result<End, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(async {
        let mut survivor = Survivor::begin(trap).await;
        let told = AssertUnwindSafe((tale.tell)(&mut survivor)).catch_unwind().await;
        match told {
            Ok(()) => Ok(survivor.end().await),
            Err(panic) => {
                let words = panic.downcast_ref::<String>().cloned();
                let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
                Err(format!("{}\n{}", words.unwrap_or_default(), survivor.so_far()))
            }
        }
    });
    runtime.shutdown_background();
    told
}

/// Works on everything, several at a time; the results in the order of `all`.
fn at_once<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = all.get(at) else { return };
                    let result = work(one);
                    done.lock().unwrap().push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
