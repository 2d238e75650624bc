//! Where refs point: one by one, or those that several wait for in one list.

use std::collections::BTreeMap;

use futures::future;

use super::{address, gathered::Together, git_ref::Ref, problem::GithubResult, repository::Repository};

/// Fewer than these are read one by one.
const FEW: usize = 5;

impl Repository {
    /// A ref of `space` (`heads` or `tags`); nothing if there is none of that name.
    pub(super) async fn ref_of(&self, space: &'static str, name: &str) -> GithubResult<Option<Ref>> {
        address::git_name(name)?;
        if self.is_for_a_question() {
            return self.one_ref(space, name).await;
        }
        self.note_sent(false);
        let waiting = self.link().refs.of(format!("{space} of {}", self.full_name()));
        match waiting.read(name.to_owned(), |names| self.refs_together(space, names)).await {
            Some(found) => found,
            None => self.one_ref(space, name).await,
        }
    }

    async fn one_ref(&self, space: &'static str, name: &str) -> GithubResult<Option<Ref>> {
        let what = if space == "heads" { "branch" } else { "tag" };
        let path = format!("/git/ref/{space}/{}", address::git_name(name)?);
        self.find(self.get(format!("{what} `{name}`"), path)).await
    }

    /// Those that begin alike in one list, if there are enough of them.
    async fn refs_together(&self, space: &'static str, names: Vec<String>) -> Together<String, Option<Ref>> {
        let mut found = Together::new();
        let mut folders: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for name in &names {
            folders.entry(name.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default().push(name);
        }
        for names in folders.into_values() {
            let begins = beginning(&names);
            if names.len() < FEW || begins.is_empty() {
                // Each of many that have nothing in common reads by itself.
                let few = names.into_iter().take(FEW);
                let read = few.map(|name| async { (name.clone(), self.one_ref(space, name).await) });
                found.extend(future::join_all(read).await);
            } else if let Ok(listed) = self.whole_refs(space, begins).await {
                let whole = |name: &String| format!("refs/{space}/{name}");
                let mut listed: BTreeMap<String, Ref> =
                    listed.into_iter().map(|found| (found.name.clone(), found)).collect();
                found.extend(names.into_iter().map(|name| (name.clone(), Ok(listed.remove(&whole(name))))));
            }
        }
        found
    }
}

/// How all of these begin.
fn beginning<'a>(names: &[&'a String]) -> &'a str {
    let Some(first) = names.first() else { return "" };
    let shared = |other: &&String| first.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let length = names.iter().map(shared).min().unwrap_or_default();
    let whole = (0..=length).rev().find(|length| first.is_char_boundary(*length)).unwrap_or_default();
    first.get(..whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_list_is_asked_for_by_how_all_names_begin() {
        for (names, expected) in [
            (&["release/v1.2", "release/v1.10", "release/v1.3"][..], "release/v1."),
            (&["v1", "v1"], "v1"),
            (&["v1", "x"], ""),
            (&["ä", "ö"], ""),
            (&[], ""),
        ] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(beginning(&names.iter().collect::<Vec<_>>()), expected, "{names:?}");
        }
    }
}
