//! What can be said for an argument, and what cannot.

use std::fmt::Debug;

use super::args;
use crate::{
    Argument, BranchName, Bump, FreezeRef, GateName, NewVersion, ProjectName, Reason, ReleaseRef, StoryName, StoryNames,
};

/// Each text is read; each value can be said again.
fn taken<T: Argument + PartialEq + Debug>(texts: &[(&str, &str)]) {
    for (text, said) in texts {
        let value = T::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
        assert_eq!(value.spoken().as_deref(), Some(*said), "{text}");
        assert_eq!(T::parse(said), Ok(value), "{text}");
    }
}

fn refused<T: Argument + Debug>(texts: &[&str]) {
    for text in texts {
        assert!(T::parse(text).is_err(), "{text} was taken");
    }
}

#[test]
fn names() {
    taken::<ProjectName>(&[
        ("api", "api"),
        (" web/app ", "web/app"),
        ("2fa", "2fa"),
        ("3d-viewer", "3d-viewer"),
        ("büro", "büro"),
    ]);
    refused::<ProjectName>(&["", " ", "two words", "2.2.0", "v2.2.0", "#12", "@everyone", "a\u{0}b", &"x".repeat(101)]);
    taken::<GateName>(&[("qa", "qa"), ("product-manager", "product-manager")]);
    refused::<GateName>(&["", "qa!", "25.01.01"]);
}

#[test]
fn branches() {
    taken::<BranchName>(&[
        ("main", "main"),
        ("release/v2.2.0", "release/v2.2.0"),
        ("hotfix_25.01.01-release", "hotfix_25.01.01-release"),
    ]);
    refused::<BranchName>(&[
        "", "-f", "a b", "a..b", "a~1", "/a", "a/", "a//b", "a.lock", ".a", "a.", "@", "a@{1}", "a\\b", "x\ny",
    ]);
}

#[test]
fn versions() {
    taken::<NewVersion>(&[
        ("2.2.0", "2.2.0"),
        ("v2.2.0-rc.1+b5", "2.2.0-rc.1+b5"),
        ("25.01.02", "25.01.02"),
        ("2025-01", "2025-01"),
    ]);
    refused::<NewVersion>(&["", "v", "12", "#12", "auto", "2.", "2.x", "2.2.0 x", "2 .2", "vv2.2.0", ".2", "2.2/0"]);
    taken::<ReleaseRef>(&[("v2.2.0", "2.2.0"), ("#12", "#12"), (" #012 ", "#12")]);
    refused::<ReleaseRef>(&["", "#", "12", "#-1", "#+1", "#99999999999999999999999", "api"]);
}

#[test]
fn freezes() {
    taken::<FreezeRef>(&[("3", "3"), ("#3", "3"), ("winter break", "winter break"), ("3rd", "3rd")]);
    refused::<FreezeRef>(&["", "a\nb", "99999999999999999999999"]);
}

#[test]
fn words_and_choices() {
    taken::<Reason>(&[("  it is\nbroken  ", "it is\nbroken")]);
    refused::<Reason>(&["", " \n "]);
    taken::<Bump>(&[("minor", "minor"), ("Major", "major")]);
    refused::<Bump>(&["", "min"]);
    taken::<u32>(&[("3", "3"), (" 0 ", "0")]);
    refused::<u32>(&["-1", "three", "4294967296"]);
    assert_eq!((bool::parse(""), bool::parse("YES"), bool::parse("off")), (Ok(true), Ok(true), Ok(false)));
    refused::<bool>(&["maybe"]);
}

#[test]
fn stories_are_named_one_or_several_at_once() {
    taken::<StoryName>(&[("S-10001", "S-10001"), (" s-7 ", "S-7")]);
    taken::<StoryNames>(&[("S-1", "S-1"), ("s-1, S-2  S-1,S-3", "S-1 S-2 S-3")]);
    refused::<StoryName>(&["", "S-", "10001", "S-1x", "S-1 S-2", "feature/S-1", "S-1234567890123"]);
    refused::<StoryNames>(&["", ",", "S-1 and more", "S-1 10002"]);
    assert_eq!(args("/release add S-1 s-2, S-3 dry-run"), "[stories: S-1 s-2, S-3][dry-run: true]");
    assert_eq!(args("/release add S-1 S-2 project=api"), "[stories: S-1 S-2][project: api]");
    assert_eq!(args("/release remove s-1 legal says no"), "[story: s-1][reason: legal says no]");
}
