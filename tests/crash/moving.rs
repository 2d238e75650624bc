//! A bot that is restored from a backup goes on as if nothing had been, in the middle of every playbook.

use std::sync::{Arc, Mutex};

use super::{
    TALES, compare,
    survivor::{Survivor, Undisturbed},
    sweep::Tale,
    trap::Wanted,
};

/// A whole release of each playbook.
const PLAYBOOKS: [&str; 6] = ["release", "train", "module", "monthly", "git-flow", "trunk"];

/// Tells a tale in which the bot moves, at each step, into a store that was restored from a backup of the one before.
fn moved(tale: Tale) -> (usize, Vec<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(async {
        let undisturbed: Undisturbed = {
            let mut survivor = Survivor::of((tale.world)(), Wanted::default(), None).await;
            survivor.begin().await;
            (tale.tell)(&mut survivor).await;
            survivor.end_undisturbed().await
        };
        let mut survivor = Survivor::of((tale.world)(), Wanted::default(), None).await;
        survivor.moves = Some(0);
        survivor.begin().await;
        (tale.tell)(&mut survivor).await;
        let end = survivor.end().await;
        (survivor.moves.unwrap_or_default(), compare::differences(&undisturbed.end, &end))
    });
    runtime.shutdown_background();
    told
}

#[test]
fn a_restored_bot_goes_on_in_the_middle_of_each_playbook() {
    let left: Arc<Mutex<Vec<Tale>>> = Arc::default();
    left.lock().unwrap().extend(TALES.into_iter().filter(|tale| PLAYBOOKS.contains(&tale.name)));
    assert_eq!(left.lock().unwrap().len(), PLAYBOOKS.len());
    let work = || {
        loop {
            let Some(tale) = left.lock().unwrap().pop() else { return };
            let (moves, differences) = moved(tale);
            println!("{}: {moves} times restored", tale.name);
            assert!(moves > 5 && differences.is_empty(), "{} after {moves}:\n{}", tale.name, differences.join("\n"));
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
}
