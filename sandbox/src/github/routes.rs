//! The table of everything this GitHub answers.

use axum::http::Method;

use super::{
    GitHub,
    answer::{Answered, Refusal},
    app,
    ask::Ask,
    graphql, rename,
    rest::{
        actions, artifacts, blobs, branches, check_runs, commits, compare, contents, deployments, issues, labels,
        merges, pulls, refs, releases, repository, reviews, rule_suites, rulesets, statuses, teams, trees,
    },
};

/// Finds the endpoint and answers.
pub(super) async fn answer(hub: &GitHub, ask: &Ask) -> Answered {
    let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
    match (&ask.method, path.as_slice()) {
        (&Method::GET, ["user"]) => repository::me(hub, ask),
        (&Method::GET, ["users", login]) => repository::user(hub, login),
        (&Method::GET, ["rate_limit"]) => repository::rate_limit(hub),
        (&Method::GET, ["meta" | "zen"]) => repository::zen(),
        (&Method::POST, ["graphql"]) => graphql::answer(hub, ask).await,
        (&Method::GET, ["app"]) => app::app(hub),
        (&Method::GET, ["app", "installations"]) => app::installations(hub, ask),
        (&Method::GET, ["app", "installations", id]) => app::installation(hub, Some(id)),
        (&Method::POST, ["app", "installations", id, "access_tokens"]) => app::access_token(hub, ask, id),
        (&Method::GET, ["orgs", org, "teams", rest @ ..]) if *org == hub.settings().owner => match rest {
            [] => teams::list(hub, ask),
            [slug] => teams::get(hub, slug),
            [slug, "members"] => teams::members(hub, ask, slug),
            [slug, "memberships", login] => teams::membership(hub, slug, login),
            _ => Err(unknown(ask)),
        },
        (_, ["repos", owner, name, rest @ ..]) => {
            let settings = hub.settings();
            if !owner.eq_ignore_ascii_case(&settings.owner) {
                return Err(Refusal::not_found());
            }
            match name {
                name if name.eq_ignore_ascii_case(hub.name()) => of_repository(hub, ask, rest).await,
                name if name.eq_ignore_ascii_case(&settings.name) => hub.moved(ask, rest),
                _ => Err(Refusal::not_found()),
            }
        }
        (_, ["repositories", id, rest @ ..]) if *id == rename::ID.to_string() => of_repository(hub, ask, rest).await,
        _ => Err(unknown(ask)),
    }
}

async fn of_repository(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    hub.is_open_for(ask)?;
    hub.permits(ask, path)?;
    match path {
        ["git", rest @ ..] => of_git(hub, ask, rest).await,
        ["pulls", rest @ ..] => of_pulls(hub, ask, rest).await,
        ["issues", rest @ ..] => of_issues(hub, ask, rest).await,
        ["commits", rest @ ..] => of_commits(hub, ask, rest).await,
        ["branches" | "rules" | "rulesets", ..] => of_branches(hub, ask, path).await,
        ["actions" | "deployments" | "environments" | "releases", ..] => of_delivery(hub, ask, path).await,
        _ => of_the_rest(hub, ask, path).await,
    }
}

async fn of_git(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    match (&ask.method, path) {
        (&Method::GET, ["ref", name @ ..]) => refs::get(hub, &name.join("/")),
        (&Method::GET, ["matching-refs", start @ ..]) => refs::matching(hub, &start.join("/")),
        (&Method::POST, ["refs"]) => refs::create(hub, ask).await,
        (&Method::PATCH, ["refs", name @ ..]) => refs::update(hub, ask, &name.join("/")).await,
        (&Method::DELETE, ["refs", name @ ..]) => refs::delete(hub, ask, &name.join("/")).await,
        (&Method::POST, ["commits"]) => commits::create(hub, ask).await,
        (&Method::GET, ["commits", sha]) => commits::get_git(hub, sha).await,
        (&Method::POST, ["trees"]) => trees::create(hub, ask).await,
        (&Method::GET, ["trees", name @ ..]) => trees::get(hub, ask, &name.join("/")).await,
        (&Method::POST, ["blobs"]) => blobs::create(hub, ask).await,
        (&Method::GET, ["blobs", sha]) => blobs::get(hub, ask, sha).await,
        (&Method::POST, ["tags"]) => refs::create_tag(hub, ask).await,
        (&Method::GET, ["tags", sha]) => refs::get_tag(hub, sha).await,
        _ => Err(unknown(ask)),
    }
}

async fn of_pulls(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    match (&ask.method, path) {
        (&Method::GET, []) => pulls::list(hub, ask),
        (&Method::POST, []) => pulls::create(hub, ask).await,
        (&Method::GET, [number]) => pulls::read(hub, ask, number).await,
        (&Method::PATCH, [number]) => pulls::update(hub, ask, number).await,
        (&Method::GET, [number, "merge"]) => pulls::is_merged(hub, number),
        (&Method::PUT, [number, "merge"]) => pulls::merge(hub, ask, number).await,
        (&Method::PUT, [number, "update-branch"]) => merges::update_branch(hub, ask, number).await,
        (&Method::GET, [number, "files"]) => pulls::files(hub, ask, number).await,
        (&Method::GET, [number, "commits"]) => pulls::commits(hub, ask, number).await,
        (&Method::GET, [number, "reviews"]) => reviews::list(hub, ask, number),
        (&Method::POST, [number, "reviews"]) => reviews::create(hub, ask, number).await,
        (&Method::GET, [number, "reviews", id]) => reviews::get(hub, number, id),
        (&Method::PUT, [number, "reviews", id, "dismissals"]) => reviews::dismiss(hub, ask, number, id),
        (&Method::GET, [number, "requested_reviewers"]) => reviews::requested(hub, number),
        (&Method::POST, [number, "requested_reviewers"]) => reviews::request(hub, ask, number).await,
        (&Method::DELETE, [number, "requested_reviewers"]) => reviews::withdraw(hub, ask, number),
        _ => Err(unknown(ask)),
    }
}

async fn of_issues(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    match (&ask.method, path) {
        (&Method::GET, ["comments", id]) => issues::comment(hub, id),
        (&Method::PATCH, ["comments", id]) => issues::edit_comment(hub, ask, id),
        (&Method::DELETE, ["comments", id]) => issues::delete_comment(hub, id),
        (&Method::GET, [number]) => issues::get(hub, number),
        (&Method::PATCH, [number]) => issues::update(hub, ask, number).await,
        (&Method::GET, [number, "labels"]) => issues::labels(hub, ask, number),
        (&Method::POST, [number, "labels"]) => issues::add_labels(hub, ask, number, false).await,
        (&Method::PUT, [number, "labels"]) => issues::add_labels(hub, ask, number, true).await,
        (&Method::DELETE, [number, "labels", name]) => issues::remove_label(hub, ask, number, name).await,
        (&Method::POST, [number, "assignees"]) => issues::assign(hub, ask, number).await,
        (&Method::DELETE, [number, "assignees"]) => issues::unassign(hub, ask, number).await,
        (&Method::GET, [number, "comments"]) => issues::comments(hub, ask, number),
        (&Method::POST, [number, "comments"]) => issues::add_comment(hub, ask, number),
        _ => Err(unknown(ask)),
    }
}

async fn of_commits(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    if ask.method != Method::GET {
        return Err(unknown(ask));
    }
    match path {
        [] => commits::list(hub, ask).await,
        [name @ .., "pulls"] => pulls::of_commit(hub, ask, &name.join("/")).await,
        [name @ .., "status"] => statuses::combined(hub, ask, &name.join("/")).await,
        [name @ .., "statuses"] => statuses::list(hub, ask, &name.join("/")).await,
        [name @ .., "check-runs"] => check_runs::list(hub, ask, &name.join("/")).await,
        [name @ .., "check-suites"] => check_runs::suites(hub, ask, &name.join("/")).await,
        [name, "branches-where-head"] => branches::where_head(hub, ask, name),
        name => commits::get(hub, ask, &name.join("/")).await,
    }
}

async fn of_branches(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    match (&ask.method, path) {
        (&Method::GET, ["branches"]) => branches::all(hub, ask),
        (&Method::GET, ["branches", name @ .., "protection"]) => branches::protection(hub, &name.join("/")),
        (&Method::PUT, ["branches", name @ .., "protection"]) => branches::protect(hub, ask, &name.join("/")),
        (&Method::DELETE, ["branches", name @ .., "protection"]) => branches::unprotect(hub, ask, &name.join("/")),
        (&Method::GET, ["branches", name @ ..]) => branches::get(hub, &name.join("/")).await,
        (&Method::GET, ["rules", "branches", name @ ..]) => rulesets::for_branch(hub, ask, &name.join("/")),
        (&Method::GET, ["rulesets"]) => rulesets::list(hub, ask),
        (&Method::POST, ["rulesets"]) => rulesets::create(hub, ask),
        (&Method::GET, ["rulesets", "rule-suites"]) => rule_suites::list(hub, ask),
        (&Method::GET, ["rulesets", "rule-suites", id]) => rule_suites::get(hub, id),
        (&Method::GET, ["rulesets", id]) => rulesets::get(hub, ask, id),
        (&Method::PUT, ["rulesets", id]) => rulesets::update(hub, ask, id),
        (&Method::DELETE, ["rulesets", id]) => rulesets::delete(hub, ask, id),
        _ => Err(unknown(ask)),
    }
}

async fn of_delivery(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    match (&ask.method, path) {
        (&Method::GET, ["actions", "workflows"]) => actions::workflows(hub, ask),
        (&Method::GET, ["actions", "workflows", file]) => actions::workflow(hub, file),
        (&Method::POST, ["actions", "workflows", file, "dispatches"]) => actions::dispatch(hub, ask, file).await,
        (&Method::GET, ["actions", "workflows", file, "runs"]) => actions::runs(hub, ask, Some(file)),
        (&Method::GET, ["actions", "runs"]) => actions::runs(hub, ask, None),
        (&Method::GET, ["actions", "runs", id]) => actions::run(hub, id),
        (&Method::GET, ["actions", "runs", id, "artifacts"]) => artifacts::list(hub, ask, id),
        (&Method::GET, ["actions", "artifacts", id]) => artifacts::get(hub, id),
        (&Method::GET, ["actions", "runs", id, "pending_deployments"]) => actions::pending(hub, id),
        (&Method::GET, ["actions", "runs", id, "jobs"]) => actions::jobs(hub, ask, id),
        (&Method::POST, ["actions", "runs", id, "rerun" | "rerun-failed-jobs"]) => actions::rerun(hub, ask, id),
        (&Method::POST, ["actions", "runs", id, "cancel" | "force-cancel"]) => actions::cancel(hub, id),
        (&Method::GET, ["deployments"]) => deployments::list(hub, ask),
        (&Method::POST, ["deployments"]) => deployments::create(hub, ask).await,
        (&Method::GET, ["deployments", id]) => deployments::get(hub, id),
        (&Method::GET, ["deployments", id, "statuses"]) => deployments::statuses(hub, ask, id),
        (&Method::GET, ["deployments", id, "statuses", status]) => deployments::status(hub, id, status),
        (&Method::POST, ["deployments", id, "statuses"]) => deployments::add_status(hub, ask, id),
        (&Method::GET, ["environments"]) => deployments::environments(hub, ask),
        (&Method::GET, ["environments", name]) => deployments::environment(hub, name),
        (&Method::GET, ["releases"]) => releases::list(hub, ask),
        (&Method::POST, ["releases"]) => releases::create(hub, ask).await,
        (&Method::GET, ["releases", "latest"]) => releases::latest(hub),
        (&Method::POST, ["releases", "generate-notes"]) => releases::notes(hub, ask),
        (&Method::GET, ["releases", "tags", tag @ ..]) => releases::by_tag(hub, &tag.join("/")),
        (&Method::GET, ["releases", id]) => releases::get(hub, id),
        (&Method::PATCH, ["releases", id]) => releases::update(hub, ask, id),
        (&Method::DELETE, ["releases", id]) => releases::delete(hub, ask, id),
        _ => Err(unknown(ask)),
    }
}

async fn of_the_rest(hub: &GitHub, ask: &Ask, path: &[&str]) -> Answered {
    match (&ask.method, path) {
        (&Method::GET, []) => repository::get(hub, ask),
        (&Method::GET, ["immutable-releases"]) => releases::immutable(hub),
        (&Method::GET, ["compare", basehead @ ..]) => compare::get(hub, ask, &basehead.join("/")).await,
        (&Method::POST, ["merges"]) => merges::create(hub, ask).await,
        (&Method::GET, ["contents", file @ ..]) => contents::get(hub, ask, &file.join("/")).await,
        (&Method::PUT, ["contents", file @ ..]) => contents::put(hub, ask, &file.join("/")).await,
        (&Method::GET, ["tags"]) => branches::tags(hub, ask),
        (&Method::POST, ["statuses", sha]) => statuses::create(hub, ask, sha).await,
        (&Method::POST, ["check-runs"]) => check_runs::create(hub, ask).await,
        (&Method::GET, ["check-runs", id]) => check_runs::get(hub, id),
        (&Method::PATCH, ["check-runs", id]) => check_runs::update(hub, ask, id),
        (&Method::GET, ["labels"]) => labels::list(hub, ask),
        (&Method::POST, ["labels"]) => labels::create(hub, ask),
        (&Method::GET, ["labels", name]) => labels::get(hub, name),
        (&Method::PATCH, ["labels", name]) => labels::update(hub, ask, name),
        (&Method::DELETE, ["labels", name]) => labels::delete(hub, name),
        (&Method::GET, ["collaborators"]) => repository::collaborators(hub, ask),
        (&Method::GET, ["collaborators", login]) => repository::collaborator(hub, login),
        (&Method::GET, ["collaborators", login, "permission"]) => repository::permission(hub, login),
        (&Method::GET, ["teams"]) => teams::list(hub, ask),
        (&Method::GET, ["hooks"]) => repository::hooks(hub, ask),
        (&Method::GET, ["installation"]) => app::installation(hub, None),
        _ => Err(unknown(ask)),
    }
}

fn unknown(ask: &Ask) -> Refusal {
    ask.wrong(404, "Not Found".to_owned())
}
