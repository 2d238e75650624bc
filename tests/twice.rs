//! Every step of a release and of a hotfix acts twice, as after a crash that came before its end was noted: the second
//! time changes nothing outside and tells of the same thing made.
//!
//! No process here, only the steps themselves: the test drives the plan as the bot does, without a store.

use chrono::{DateTime, TimeDelta, Utc};
use sandbox::{
    wire::Recorded as Request,
    world::{World, WorldSettings},
};
use shipmate::{
    clock::Clock,
    config::{Config, GitHubIdentity},
    domain::{
        playbook::{Path, Playbook},
        release::{
            Release, ReleaseId, ReleaseKind, ReleaseSpec,
            fact::{Fact, Recorded},
            hindrance::{Ruling, ruling, touched},
            next::{Next, Surroundings, Wait, next},
            plan::Step,
        },
    },
    engine::steps::{self, Observation, StepContext, StepError},
    github::{Credentials, GitHub, Repository},
    playbooks,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_release_acts_twice_like_once() {
    let (world, bench) = Bench::set_up().await;
    bench.lives_a_release(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_a_hotfix_acts_twice_like_once() {
    let (world, bench) = Bench::set_up().await;
    bench.lives_a_hotfix(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_in_what_the_bot_writes_is_settled_twice_like_once() {
    let (world, bench) = Bench::set_up().await;
    let (github, message) = (world.github(), "chore: begin v2.3.0");
    github.push_commit("lin", "develop", "version.txt", "2.3.0\n", message).await.unwrap();
    bench.lives_a_hotfix(&world).await;
    assert_eq!(world.github().file("develop", "version.txt").await.unwrap().as_deref(), Some("2.3.0\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_merge_twice_like_once() {
    let (world, bench) = Bench::of_lines().await;
    bench.lives_a_release(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_forbids_is_proposed_twice_like_once() {
    let (world, bench) = Bench::of_lines().await;
    let rule = serde_json::json!({"type": "pull_request", "parameters": {
        "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
        "required_approving_review_count": 0, "required_review_thread_resolution": false,
    }});
    let ruleset = serde_json::json!({
        "name": "by pull request", "target": "branch", "enforcement": "active", "bypass_actors": [], "rules": [rule],
        "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}},
    });
    world.github().set_permission("alice-gh", sandbox::github::Permission::Admin);
    world.github().add_ruleset("alice-gh", ruleset).await.unwrap();
    bench.lives_a_release(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_is_picked_twice_like_once() {
    let (world, bench) = Bench::of_lines().await;
    bench.lives_a_hotfix(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_conflicts_is_laid_out_twice_like_once() {
    let (world, bench) = Bench::of_lines().await;
    let (text, message) = ("everybody\n", "feat: let everybody check out");
    world.github().push_commit("lin", "develop", "src/guests.txt", text, message).await.unwrap();
    let mut release = bench.hotfix().await;
    let opens = |release: &Release| {
        let last = release.spec.plan.find(|step| matches!(step, Step::PullRequest { .. })).unwrap();
        release.state.steps[last].done.is_some()
    };
    for _ in 0..30 {
        match next(&release, &Surroundings::default(), world.clock().now()) {
            _ if opens(&release) => return,
            Next::Run(step) => bench.twice(&world, &mut release, step).await,
            Next::Wait(waits) => drop(bench.go_on(&world, &mut release, &waits).await),
            Next::Finished(_) => break,
        }
    }
    panic!("the draft was not opened: {:?}", release.facts.last());
}

/// The rules for develop: a merge queue, or reviews.
async fn kept(world: &World, rules: serde_json::Value) {
    let set = serde_json::json!({
        "name": "kept", "target": "branch", "enforcement": "active", "bypass_actors": [], "rules": rules,
        "conditions": {"ref_name": {"include": ["refs/heads/develop"], "exclude": []}},
    });
    world.github().set_permission("alice-gh", sandbox::github::Permission::Admin);
    world.github().add_ruleset("alice-gh", set).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_merge_goes_into_the_queue_twice_like_once() {
    let (world, bench) = Bench::set_up().await;
    let queue = serde_json::json!({
        "check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
        "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    });
    let checks = serde_json::json!({
        "required_status_checks": [{"context": "ci"}], "strict_required_status_checks_policy": false,
    });
    let required = serde_json::json!({"type": "required_status_checks", "parameters": checks});
    kept(&world, serde_json::json!([{"type": "merge_queue", "parameters": queue}, required])).await;
    bench.lives_a_release(&world).await;
    let asked = world.wire().recorded().into_iter().filter(|one| one.body.to_string().contains("enqueuePullRequest"));
    assert_eq!(asked.count(), 1, "it is looked for first");
}

#[tokio::test(flavor = "multi_thread")]
async fn auto_merge_is_switched_on_twice_like_once() {
    let (world, bench) = Bench::set_up().await;
    world.github().allow_auto_merge(true);
    let checks = serde_json::json!({
        "required_status_checks": [{"context": "ci"}], "strict_required_status_checks_policy": false,
    });
    kept(&world, serde_json::json!([{"type": "required_status_checks", "parameters": checks}])).await;
    bench.lives_a_release(&world).await;
    let asked =
        world.wire().recorded().into_iter().filter(|one| one.body.to_string().contains("enablePullRequestAutoMerge"));
    assert_eq!(asked.count(), 1, "it is looked for first");
}

/// What steps need.
struct Bench {
    config: Config,
    playbook: Playbook,
    repository: Repository,
    surroundings: Surroundings,
}

impl Bench {
    async fn of_lines() -> (World, Self) {
        let (world, bench) = Self::set_up().await;
        let playbook = Playbook::read(include_str!("stories/playbooks/lines.toml"), "lines.toml").unwrap();
        (world, Self { playbook, ..bench })
    }

    async fn set_up() -> (World, Self) {
        let world = World::start(WorldSettings::default()).await.unwrap();
        world.github().send_no_webhooks();
        let text = world.bot_toml(std::path::Path::new("/nowhere"));
        let config = Config::parse(&text, "bot.toml", &|_| None).unwrap();
        let clock = Clock::following(&world.clock_url()).await.unwrap();
        let GitHubIdentity::Token(token) = &config.github.identity else { panic!("this world knows tokens") };
        let token = Credentials::Token(token.clone());
        let github = GitHub::connect(&world.github().api_url(), token, clock).unwrap();
        let repository = github.repository(&config.projects[0].repository).unwrap();
        let playbook = playbooks::load(None).unwrap().remove("quick-release").unwrap();
        (world, Self { config, playbook, repository, surroundings: Surroundings::default() })
    }

    async fn spec(&self, path: &Path, kind: ReleaseKind, version: &str) -> ReleaseSpec {
        let (playbook, at) = (&self.playbook, WorldSettings::default().now);
        let (tag, branch) = (playbook.tag_of(version), path.branch.replace("{version}", version));
        let mut words = playbook.words(version, &tag, &branch, &path.source);
        words.insert("previous-tag".to_owned(), "v2.1.1".to_owned());
        ReleaseSpec {
            id: ReleaseId(1),
            project: self.config.projects[0].name.clone(),
            version: version.parse().unwrap(),
            kind,
            requester: "alice".into(),
            at,
            plan: path.plan(&words, &[]).unwrap(),
            tag,
            branch,
            source: path.source.clone(),
            adopted: None,
            source_commit: self.repository.branch(&path.source).await.unwrap().unwrap(),
            production: playbook.production.clone(),
            previous_tag: Some("v2.1.1".into()),
            next_version: "2.3.0".parse().unwrap(),
            target_minutes: path.target_minutes(),
            dates: Default::default(),
        }
    }

    async fn release(&self) -> Release {
        let mut release = Release::new(self.spec(&self.playbook.release, ReleaseKind::Regular, "2.2.0").await, vec![]);
        let book = self.repository.rule_book(&touched(&release)).await;
        let Ruling { hindrances, unread } = ruling(&release, &book);
        release.add(Recorded { at: release.spec.at, fact: Fact::Ruled { hindrances, unread } });
        release
    }

    async fn hotfix(&self) -> Release {
        let kind = ReleaseKind::Hotfix { description: "Checkout fails for guests".into(), severity: None };
        Release::new(self.spec(&self.playbook.hotfix, kind, "2.1.2").await, vec![])
    }

    async fn lives_a_release(&self, world: &World) {
        let acted = self.live(world, self.release().await).await;
        assert_eq!(acted, self.count(&self.playbook.release), "every step that acts has acted");
    }

    async fn lives_a_hotfix(&self, world: &World) {
        let acted = self.live(world, self.hotfix().await).await;
        assert_eq!(acted, self.count(&self.playbook.hotfix), "every step that acts has acted");
    }

    /// How many steps of a path act.
    fn count(&self, path: &Path) -> usize {
        let words = self.playbook.words("1.2.3", "v1.2.3", "release/v1.2.3", "develop");
        let acts = |step: &Step| !matches!(step, Step::AwaitFix);
        path.plan(&words, &[]).unwrap().steps.iter().filter(|planned| acts(&planned.step)).count()
    }

    /// Drives a release to its end, each step twice; how many different steps have acted.
    async fn live(&self, world: &World, mut release: Release) -> usize {
        let mut acted = std::collections::BTreeSet::new();
        for _ in 0..300 {
            match next(&release, &Surroundings::default(), world.clock().now()) {
                Next::Finished(_) if !release.is_open() => return acted.len(),
                Next::Finished(_) => note(world, &mut release, Fact::Finished),
                Next::Run(step) => {
                    acted.insert(step);
                    self.twice(world, &mut release, step).await;
                }
                Next::Wait(waits) => {
                    if let Some(step) = self.go_on(world, &mut release, &waits).await {
                        acted.insert(step);
                        self.twice(world, &mut release, step).await;
                    }
                }
            }
        }
        panic!("the release does not come to its end: {:?}", release.facts.last());
    }

    /// The heart of it.
    async fn twice(&self, world: &World, release: &mut Release, step: usize) {
        if release.state.steps[step].started.is_none() {
            note(world, release, Fact::Started { step });
        }
        let words = release.spec.plan.steps[step].step.in_words();
        let made = Box::pin(steps::act(&self.scene(world, release, step, false))).await;
        world.github().settled().await;
        let (before, once, asked) =
            (world.github().world().await.unwrap(), world.github().objects_made(), requests(world));
        let again = Box::pin(steps::act(&self.scene(world, release, step, true))).await;
        world.github().settled().await;
        assert_eq!(world.github().world().await.unwrap(), before, "{words}: the second time changed something");
        assert_eq!(world.github().objects_made(), once, "{words}: the second time made something");
        let changing = &requests(world)[asked.len()..];
        let harmful: Vec<_> = changing.iter().filter(|request| !is_harmless(request)).collect();
        assert!(harmful.is_empty(), "{words}: the second time asked for {harmful:#?}");
        assert_eq!(again, made, "{words}: the second time made something else");
        note(
            world,
            release,
            match made {
                Ok(made) => Fact::Done { step, made },
                Err(StepError::Instead(proposal)) => Fact::Proposed { step, proposal: *proposal },
                Err(StepError::Waits(what)) => {
                    Fact::Seen { step, what: Some(what), asks: false, conflict: None, failed: vec![] }
                }
                Err(trouble) => panic!("{words}: {}", trouble.problem()),
            },
        );
    }

    /// Looks at what is waited for and lets people do their part; a step that may act now.
    async fn go_on(&self, world: &World, release: &mut Release, waits: &[(usize, Wait)]) -> Option<usize> {
        for (step, wait) in waits {
            let planned = release.spec.plan.steps[*step].clone();
            if let Step::SignOff(gate) = &planned.step {
                let commit = release.head().to_owned();
                let by = "erin".to_owned();
                note(world, release, Fact::Approved { gate: gate.name.clone(), by, commit, note: None, review: None });
                return None;
            }
            assert!(matches!(wait, Wait::Outside { .. }), "{}: {wait:?}", planned.step.in_words());
            let scene = self.scene(world, release, *step, false);
            if let Some(moved) = steps::watch_head(&scene).await.unwrap() {
                note(world, release, moved);
                return None;
            }
            match steps::look(&scene).await.unwrap() {
                Observation::Ready => return Some(*step),
                Observation::Done(made) => {
                    let again = steps::look(&self.scene(world, release, *step, false)).await.unwrap();
                    assert_eq!(again, Observation::Done(made.clone()));
                    note(world, release, Fact::Done { step: *step, made });
                    return None;
                }
                Observation::MergedOtherwise(merge) => {
                    note(world, release, Fact::MergedOtherwise { merge });
                    return None;
                }
                Observation::TakesBack => panic!("nothing is closed here"),
                Observation::NotYet(_)
                | Observation::Failing(..)
                | Observation::Asks(_)
                | Observation::Conflict(..) => {}
            }
            if let Some(proposal) = &release.state.steps[*step].proposed {
                let merge = sandbox::github::MergeMethod::Merge;
                world.github().merge_pull_request("alice-gh", proposal.number, merge).await.unwrap();
                return None;
            }
            if planned.step == Step::AwaitFix {
                let (branch, message) = (release.spec.branch.clone(), "fix: let guests check out");
                world.github().push_commit("dave-gh", &branch, "src/guests.txt", "welcome\n", message).await.unwrap();
                return None;
            }
        }
        let merge =
            waits.iter().find(|(step, _)| matches!(release.spec.plan.steps[*step].step, Step::AwaitMerge { .. }));
        world.clock().advance(TimeDelta::minutes(1));
        world.github().settled().await;
        let &(step, _) = merge?;
        // The checks on the pull request take three minutes.
        if !matches!(steps::look(&self.scene(world, release, step, false)).await, Ok(Observation::Asks(_))) {
            return None;
        }
        note(world, release, Fact::MergeAsked { by: "alice".into() });
        None
    }

    fn scene<'a>(&'a self, world: &World, release: &'a Release, index: usize, resumed: bool) -> StepContext<'a> {
        let now = world.clock().now();
        let started = release.state.steps[index].started.unwrap_or(now);
        let (project, people) = (&self.config.projects[0], &self.config.people);
        let surroundings = &self.surroundings;
        StepContext {
            release,
            surroundings,
            index,
            project,
            repository: &self.repository,
            people,
            now,
            started,
            resumed,
        }
    }
}

fn note(world: &World, release: &mut Release, fact: Fact) {
    let at: DateTime<Utc> = world.clock().now();
    release.add(Recorded { at, fact });
}

/// The requests so far that ask for a change.
fn requests(world: &World) -> Vec<Request> {
    world.wire().recorded().into_iter().filter(|request| request.changing).collect()
}

/// A request that changes nothing when it is made again: the same text for a pull request, a branch that is gone
/// already, a merge of what is merged.
fn is_harmless(request: &Request) -> bool {
    match request.method.as_str() {
        "PATCH" => request.path.contains("/pulls/"),
        "DELETE" => matches!(request.status, 404 | 422),
        "POST" if request.path.ends_with("/merges") => request.status == 204,
        // Whoever is assigned stays so.
        "POST" => request.path.ends_with("/assignees"),
        _ => false,
    }
}
