//! The repository of a team that ships every Monday: features go to `dev`, and `dev` goes to `prod` once a week.

use std::collections::BTreeMap;

use super::{
    objects::Commit,
    people::User,
    problem::Problem,
    repository::Repository,
    settings::Settings,
    state::{Merged, Pull, State},
    telling::{Told, data, signature, written},
};

/// When the history begins: Monday, 16 February 2026, 14:00 UTC.
const FIRST: i64 = 1_771_250_400;
/// Monday, 23 February 2026, 15:00 UTC: the train with v1.2.0 leaves.
const FIRST_TRAIN: i64 = 1_771_858_800;
/// Monday, 2 March 2026, 15:00 UTC: the train with v1.3.0 leaves.
const SECOND_TRAIN: i64 = 1_772_463_600;
/// Tuesday, 3 March 2026, 14:00 UTC: the week that the next train will bring begins.
const THIS_WEEK: i64 = 1_772_546_400;

const DEPLOYS_DEV: &str =
    "on:\n  push:\n    branches: [dev]\n  workflow_dispatch:\njobs:\n  deploy:\n    environment: dev\n";
const DEPLOYS_PROD: &str =
    "on:\n  push:\n    branches: [prod]\n  workflow_dispatch:\njobs:\n  deploy:\n    environment: production\n";

/// A commit on `dev` with the pull request that brings it; number 0 is pushed directly.
type Brought = (u64, &'static str, Told);

const BEGINNING: [Brought; 5] = [
    (0, "", Told("alice-gh", "dev", "chore: open the shop", "README.md", "# api\n\nSells things, every day.\n")),
    (0, "", Told("erin-gh", "dev", "ci: deploy dev on push", ".github/workflows/deploy-dev.yml", DEPLOYS_DEV)),
    (0, "", Told("erin-gh", "dev", "ci: deploy prod on push", ".github/workflows/deploy-production.yml", DEPLOYS_PROD)),
    (11, "feature/basket", Told("dave-gh", "dev", "feat(basket): keep a basket", "src/basket.txt", "keep\n")),
    (0, "", Told("alice-gh", "dev", "chore: bump v1.2.0", "version.txt", "1.2.0\n")),
];
const WEEK_BEFORE: [Brought; 3] = [
    (13, "feature/vouchers", Told("dave-gh", "dev", "feat(basket): take vouchers", "src/vouchers.txt", "take\n")),
    (
        14,
        "feature/empty-basket",
        Told("erin-gh", "dev", "fix(basket): refuse an empty one", "src/basket.txt", "keep\nrefuse empty\n"),
    ),
    (0, "", Told("alice-gh", "dev", "chore: bump v1.3.0", "version.txt", "1.3.0\n")),
];
const WEEK: [Brought; 4] = [
    (
        16,
        "feature/gift-cards",
        Told("dave-gh", "dev", "feat(payment): pay with gift cards", "src/payment.txt", "gift cards\n"),
    ),
    (
        17,
        "feature/rounding",
        Told("erin-gh", "dev", "fix(basket): round half cents up", "src/rounding.txt", "half up\n"),
    ),
    (18, "feature/wish-list", Told("dave-gh", "dev", "feat(wishes): keep a wish list", "src/wishes.txt", "list\n")),
    (19, "feature/fast-search", Told("erin-gh", "dev", "perf(search): look up by index", "src/search.txt", "index\n")),
];

/// What is not merged yet: branches from `dev` with one commit each.
const UNMERGED: [Told; 2] = [
    Told("dave-gh", "feature/dark-mode", "feat(theme): dark colours after sunset", "src/theme.txt", "dark\n"),
    Told("erin-gh", "feature/retries", "fix(payment): ask the bank again", "src/retries.txt", "thrice\n"),
];

/// The history as a stream for `git fast-import`.
pub(super) fn stream(settings: &Settings) -> String {
    let mut stream = String::new();
    let mut files = BTreeMap::new();
    let (first, rest) = BEGINNING.split_at(1);
    stream += &week(settings, first, FIRST, &mut files);
    stream += "reset refs/heads/prod\nfrom refs/heads/dev\n\n";
    stream += &week(settings, rest, FIRST + 14_400, &mut files);
    stream += &leave(settings, (12, "v1.2.0"), FIRST_TRAIN, &files);
    stream += &week(settings, &WEEK_BEFORE, FIRST_TRAIN + 86_400, &mut files);
    stream += &leave(settings, (15, "v1.3.0"), SECOND_TRAIN, &files);
    stream += &week(settings, &WEEK, THIS_WEEK, &mut files);
    for (n, told) in (0..).zip(&UNMERGED) {
        stream += &format!("reset refs/heads/{}\nfrom refs/heads/dev\n\n", told.1);
        stream += &written(settings, told, THIS_WEEK + 90_000 + n * 3600, None, "");
    }
    stream
}

fn week(
    settings: &Settings,
    brought: &[Brought],
    from: i64,
    files: &mut BTreeMap<&'static str, &'static str>,
) -> String {
    let mut stream = String::new();
    for (n, (number, branch, told)) in (0..).zip(brought) {
        let pull = (*number > 0).then_some((*number, *branch));
        stream += &written(settings, told, from + n * 14_400, pull, "alice-gh");
        files.insert(told.3, told.4);
    }
    stream
}

/// The train leaves: `dev` is merged into `prod` through a pull request, and the merge is tagged.
fn leave(settings: &Settings, (number, tag): (u64, &str), at: i64, files: &BTreeMap<&str, &str>) -> String {
    let author = signature(settings, "alice-gh", at);
    let message = format!("Merge pull request #{number} from {}/dev\n\nRelease {tag}", settings.owner);
    let mut stream = format!(
        "commit refs/heads/prod\nauthor {author}\ncommitter GitHub <noreply@github.com> {at} +0000\n{}merge refs/heads/dev\ndeleteall\n",
        data(&message)
    );
    for (path, content) in files {
        stream += &format!("M 100644 inline {path}\n{}", data(content));
    }
    let tagger = signature(settings, "alice-gh", at + 900);
    let told = data(&format!("Release {tag}"));
    stream + &format!("\ntag {tag}\nfrom refs/heads/prod\ntagger {tagger}\n{told}")
}

/// Keeps a merged pull request for every merge in the history of these branches.
pub(super) async fn remember(
    state: &mut State,
    repository: &Repository,
    settings: &Settings,
    bases: &[&str],
) -> Result<(), Problem> {
    let start = format!(" from {}/", settings.owner);
    for base in bases.iter().copied() {
        for merge in repository.log(&["--first-parent", "--merges", base]).await? {
            let numbered =
                merge.subject().strip_prefix("Merge pull request #").and_then(|told| told.split_once(&start));
            let Some((Ok(number), head)) = numbered.map(|(number, head)| (number.parse(), head)) else { continue };
            let [old, brought] = &merge.parents[..] else { continue };
            // A branch begins with the history of the one that it comes from.
            if state.pulls.contains_key(&number) {
                continue;
            }
            let commits = repository.git.text(&["rev-list", "--reverse", &format!("{old}..{brought}")], b"").await?;
            let Some(tip) = repository.commit(brought).await? else { continue };
            let id = state.next_id();
            let pull = merged(state, (id, number), (head, base), &merge, &tip);
            let commits = commits.lines().map(str::to_owned).collect();
            state.pulls.insert(number, Pull { commits, ..pull });
        }
    }
    let last = state.pulls.keys().max().copied().unwrap_or_default();
    state.start_numbers_at(last);
    Ok(())
}

fn merged(state: &State, (id, number): (u64, u64), (head, base): (&str, &str), merge: &Commit, tip: &Commit) -> Pull {
    let at = merge.committer.at.to_utc();
    let login = |email: &str| state.user_by_email(email).map_or("ghost", |user| &user.login).to_owned();
    let by = login(&merge.author.email);
    let title = merge.message.lines().nth(2).unwrap_or_default().to_owned();
    let author = User::new(&if head == "dev" { by.clone() } else { login(&tip.author.email) }, "");
    let parents = |nth: usize| merge.parents.get(nth).cloned().unwrap_or_default();
    let mut pull = Pull::new(&author, (head, &parents(1)), (base, &parents(0)), tip.committer.at.to_utc());
    (pull.id, pull.number, pull.title) = (id, number, title);
    (pull.open, pull.updated, pull.closed) = (false, at, Some(at));
    pull.merged = Some(Merged { at, by, sha: merge.sha.clone() });
    pull
}
