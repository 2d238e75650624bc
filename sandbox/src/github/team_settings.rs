//! The repositories of four teams: with a project branch, with a monthly window, with `develop`, and with one long line.

use chrono::{DateTime, Utc};

use super::{
    people::User,
    settings::{Seed, Settings, Standing, Workflow},
};

/// Wednesday, 4 February 2026, 15:00 UTC.
const EARLY: i64 = 1_770_217_200;
/// Friday, 20 February 2026, 15:00 UTC: what is in production was deployed then.
const LATE: i64 = 1_771_599_600;
/// Wednesday, 25 February 2026, 15:00 UTC.
const LATEST: i64 = 1_772_031_600;

/// The four environments of those who number by the calendar, and their workflows.
const FOUR: [(&str, &str, &str); 4] = [
    ("deploy-dev.yml", "Deploy to dev", "dev"),
    ("deploy-qa.yml", "Deploy to qa", "qa"),
    ("deploy-stg.yml", "Deploy to stg", "stg"),
    ("deploy-prod.yml", "Deploy to prod", "prod"),
];

impl Settings {
    /// A team with the project branch `phase1-proj`, at 26.02.01; dev, qa, stg and prod are deployed when asked.
    pub fn module() -> Self {
        let workflows = FOUR.map(|(file, name, place)| Workflow::deploying(file, name, place)).into();
        let standing = stand(&["prod"], "26.01.02", EARLY);
        let standing = standing.chain(stand(&["dev", "qa", "stg", "prod"], "26.02.01", LATE)).collect();
        Self { seed: Seed::Module, development: "phase1-proj".into(), standing, ..Self::team(workflows) }
    }

    /// A team that picks stories in the first week of the month, at 26.02.01; the environments are those of the module.
    pub fn monthly() -> Self {
        let workflows = FOUR.map(|(file, name, place)| Workflow::deploying(file, name, place)).into();
        let standing = stand(&["prod"], "26.01.01", EARLY - 20 * 86_400);
        let standing = standing.chain(stand(&["dev", "qa", "stg", "prod"], "26.02.01", EARLY)).collect();
        Self { seed: Seed::Monthly, development: "main".into(), standing, ..Self::team(workflows) }
    }

    /// A team with `develop`, which staging follows, and `main`, which is deployed to production by share or by slot.
    pub fn git_flow() -> Self {
        let workflows = vec![
            Workflow::deploying("staging.yml", "Deploy to staging", "staging").on_push_to("develop"),
            Workflow::deploying("production.yml", "Deploy to production", "production")
                .taking(&["share", "slot", "action"]),
        ];
        let standing = stand(&["production"], "v2.1.0", EARLY + 7 * 86_400);
        let standing = standing.chain(stand(&["staging", "production"], "v2.1.1", LATE)).collect();
        Self { seed: Seed::GitFlow, development: "develop".into(), standing, ..Self::team(workflows) }
    }

    /// A team with `main` only: a tag is built and deployed to dev; qa, uat and prod wait for deployments.
    pub fn trunk() -> Self {
        let workflows = vec![Workflow::deploying("build.yml", "Build and deploy to dev", "dev").on_push_of_tag("v*")];
        let standing = stand(&["prod"], "v1.7.0", EARLY + 14 * 86_400);
        let standing = standing.chain(stand(&["dev", "qa", "uat", "prod"], "v1.8.0", LATEST)).collect();
        let environments = ["qa", "uat", "prod"].map(str::to_owned).into();
        Self { seed: Seed::Trunk, development: "main".into(), environments, standing, ..Self::team(workflows) }
    }

    /// A team of everybody, whose every push is checked.
    fn team(deploys: Vec<Workflow>) -> Self {
        let ci = Self::default().workflows.into_iter().take(1);
        Self {
            workflows: ci.chain(deploys.into_iter().map(|deploy| deploy.taking(&["digest"]))).collect(),
            ci_on_push: ["**", "!shipmate/**"].map(str::to_owned).into(),
            people: crate::cast::TRAIN.iter().map(User::of).collect(),
            organization_owners: vec!["alice-gh".into()],
            ..Self::default()
        }
    }
}

/// The same tag in each of these environments, an hour after the one before.
fn stand(environments: &[&str], tag: &str, from: i64) -> impl Iterator<Item = Standing> {
    let at = move |hours: i64| DateTime::<Utc>::from_timestamp(from + hours * 3600, 0).unwrap_or_default();
    let tag = tag.to_owned();
    let places: Vec<String> = environments.iter().map(|place| (*place).to_owned()).collect();
    (0..).zip(places).map(move |(hours, environment)| Standing { environment, tag: tag.clone(), at: at(hours) })
}
