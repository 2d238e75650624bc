//! Tells one tale until its bot has died at every point: many deaths a telling, several tellings at once.

use std::{
    collections::BTreeSet,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use futures::{FutureExt, future::BoxFuture};
use sandbox::world::WorldSettings;

use super::{
    compare,
    survivor::{NothingToTell, Survivor, Undisturbed},
    trap::{Kill, Point, Wanted},
};

/// How many worlds live side by side.
const AT_ONCE: usize = 4;
/// How many tellings in a row may come by none of the points that are left before these count as missing.
const BARREN: usize = 4;
/// After how many tellings that diverge the sweep is given up: each of them is told again point by point.
const ENOUGH: usize = 5;

/// A tale that people and bot live through, whatever happens to the bot.
#[derive(Clone, Copy)]
pub(super) struct Tale {
    pub name: &'static str,
    pub world: fn() -> WorldSettings,
    pub tell: for<'a> fn(&'a mut Survivor) -> BoxFuture<'a, ()>,
}

/// What a sweep has found.
pub(super) struct Swept {
    /// How many points were covered.
    pub points: usize,
    /// What went wrong: points, and how.
    pub diverged: Vec<String>,
}

/// One telling with crashes: where the bot died, and what is wrong with the end of it.
struct Told {
    kills: Vec<Kill>,
    problem: Option<String>,
}

/// Sweeps over a tale, or over those of its points whose name begins with `only`; of these, one in `every`.
pub(super) fn sweep(tale: Tale, only: Option<&str>, every: usize) -> Swept {
    let began = Instant::now();
    let undisturbed = in_a_world(tale, Wanted::default(), None, |survivor| survivor.end_undisturbed().boxed());
    let undisturbed = match undisturbed {
        Ok(undisturbed) => Arc::new(undisturbed),
        Err(told) => panic!("{} does not come to its end: {}", tale.name, told.problem.unwrap_or_default()),
    };
    let named = |point: &Point| format!("{}/{point}", tale.name);
    let points = undisturbed.trap.met().into_iter();
    let points = points.filter(|point| only.is_none_or(|only| named(point).starts_with(only)));
    let all: BTreeSet<Point> = points.step_by(every).collect();
    println!("{}: {} points in {} minutes", tale.name, all.len(), undisturbed.end.minutes);
    let count = all.len();
    let wanted: Wanted = Arc::new(Mutex::new(all));
    let (tellings, barren, diverged) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(vec![]));
    let goes_on = || {
        let hopeful = barren.load(Ordering::Relaxed) < BARREN && diverged.lock().unwrap().len() < ENOUGH;
        hopeful && !wanted.lock().unwrap().is_empty()
    };
    let work = || {
        while goes_on() {
            tellings.fetch_add(1, Ordering::Relaxed);
            let told = tell(tale, wanted.clone(), &undisturbed);
            match told.kills.is_empty() && !wanted.lock().unwrap().is_empty() {
                true => barren.fetch_add(1, Ordering::Relaxed),
                false => barren.swap(0, Ordering::Relaxed),
            };
            if let Some(problem) = told.problem {
                let culprits = culprits(tale, &told.kills, &undisturbed);
                let names = match culprits.is_empty() {
                    false => culprits.iter().map(named).collect::<Vec<_>>().join("\n"),
                    true => {
                        let together = told.kills.iter().map(|kill| named(&kill.point)).collect::<Vec<_>>().join(" + ");
                        format!("none of these alone: {together}")
                    }
                };
                // Told at once: the sweep is long.
                eprintln!("━━━━ {} ━━━━\n{names}\n{problem}\n", tale.name);
                diverged.lock().unwrap().push(names);
            }
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let missing = wanted.lock().unwrap().clone();
    let mut diverged = diverged.into_inner().unwrap();
    let given_up = diverged.len() >= ENOUGH;
    if !given_up {
        let never = missing.iter().filter(|point| !point.may_be_saved());
        diverged.extend(never.map(|point| format!("never: {}", named(point))));
    }
    let points = count - missing.len();
    println!(
        "{}: {points} crash points in {} tellings and {:.1} s; {} were edits that did not come",
        tale.name,
        tellings.into_inner(),
        began.elapsed().as_secs_f64(),
        missing.len()
    );
    Swept { points, diverged }
}

/// Tells a tale with crashes in it, and compares its end with the undisturbed one.
fn tell(tale: Tale, wanted: Wanted, undisturbed: &Arc<Undisturbed>) -> Told {
    let known = undisturbed.clone();
    let told = in_a_world(tale, wanted, Some(undisturbed.clone()), |survivor| {
        async move {
            let end = survivor.end().await;
            let differences = compare::differences(&known.end, &end);
            let problem = (!differences.is_empty()).then(|| with_context(&differences.join("\n"), survivor));
            Told { kills: end.kills, problem }
        }
        .boxed()
    });
    told.unwrap_or_else(|told| told)
}

/// Which of the points make a telling diverge when the bot dies there alone.
fn culprits(tale: Tale, kills: &[Kill], undisturbed: &Arc<Undisturbed>) -> Vec<Point> {
    let alone = |point: &Point| {
        let wanted: Wanted = Arc::new(Mutex::new(BTreeSet::from([point.clone()])));
        tell(tale, wanted, undisturbed).problem.is_some()
    };
    kills.iter().map(|kill| kill.point.clone()).filter(alone).collect()
}

/// Tells a tale in a world and a runtime of its own, so that nothing of it is left behind.
fn in_a_world<T>(
    tale: Tale,
    wanted: Wanted,
    undisturbed: Option<Arc<Undisturbed>>,
    end: impl for<'a> FnOnce(&'a mut Survivor) -> BoxFuture<'a, T>,
) -> Result<T, Told> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(async {
        let mut survivor = Survivor::of((tale.world)(), wanted, undisturbed).await;
        let told = async {
            survivor.begin().await;
            (tale.tell)(&mut survivor).await;
            end(&mut survivor).await
        };
        match AssertUnwindSafe(told).catch_unwind().await {
            Ok(told) => Ok(told),
            Err(end) if end.is::<NothingToTell>() => Err(Told { kills: vec![], problem: None }),
            Err(panic) => {
                let words = panic.downcast_ref::<String>().cloned();
                let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
                let problem = with_context(&words.unwrap_or_default(), &survivor);
                Err(Told { kills: survivor.trap.kills(), problem: Some(problem) })
            }
        }
    });
    runtime.shutdown_background();
    told
}

/// What is wrong, and how it came to it.
fn with_context(problem: &str, survivor: &Survivor) -> String {
    let kill = |kill: &Kill| {
        let body: String = kill.request.body.to_string().chars().take(300).collect();
        format!("killed at {}: {} {body}", kill.point, kill.request.path)
    };
    let kills: Vec<String> = survivor.trap.kills().iter().map(kill).collect();
    let details = if std::env::var("CRASH_DETAILS").is_ok() { survivor.so_far() } else { String::new() };
    format!("{}\n{problem}\n{details}", kills.join("\n"))
}
