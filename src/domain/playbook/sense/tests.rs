//! The shipped playbooks can be gone; the rest is told in `tests/check`.

use std::collections::BTreeMap;

use crate::domain::playbook::Playbook;

#[test]
fn every_shipped_path_can_be_gone() {
    for name in ["git-flow", "module", "monthly", "quick-release", "trunk", "weekly-train"] {
        let playbook = Playbook::read(crate::playbooks::shipped(name).unwrap(), name).unwrap();
        let strategies =
            ["", "canary", "blue-green"].into_iter().flat_map(|one| ["manual", "automatic"].map(|two| (one, two)));
        for (strategy, acceptance) in strategies {
            let mut meanings = BTreeMap::new();
            if !strategy.is_empty() {
                meanings.insert("strategy".to_owned(), strategy.to_owned());
                meanings.insert("acceptance".to_owned(), acceptance.to_owned());
            }
            for path in [&playbook.release, &playbook.hotfix] {
                let planned = playbook.planned_for(path, &meanings).unwrap();
                assert_eq!(playbook.hangs(&planned), [], "{name} {strategy} {acceptance}");
            }
        }
    }
}
