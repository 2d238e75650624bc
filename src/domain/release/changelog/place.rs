//! What changes in a changelog so that a new section stands in it.

use std::ops::Range;

use super::{
    Edit, NewSection, cut,
    form::Form,
    heading,
    lines::{self, Heading},
    links,
    page::ChangelogPage,
};

/// All that changes.
pub(super) fn edits(text: &str, section: &NewSection<'_>) -> Vec<Edit> {
    let page = ChangelogPage::of(text, section.version);
    let form = Form::of(&page);
    if page.lines.iter().all(|line| line.text.trim().is_empty()) {
        let new = format!("# Changelog\n\n{}", form.whole(section, true));
        return vec![Edit::insert(text.len(), new)];
    }
    if let Some(own) = page.version(section.version) {
        return completed(&page, own, section, &form);
    }
    let (unreleased, newest) = (page.unreleased(), page.newest());
    let sides = (unreleased, newest, page.older());
    let (mut edits, linked) = links::edits(text, &page.definitions, sides, section.version, form.eol);
    edits.extend(unreleased.and_then(|heading| links::of_unreleased(heading, section.version)));
    match unreleased {
        Some(heading) if page.is_written(&page.inside(heading)) => {
            let inside = page.inside(heading);
            let blank = cut(text, inside.clone()).starts_with(['\n', '\r']);
            let after = if blank { "" } else { form.eol };
            let open = if cut(text, 0..inside.start).ends_with('\n') { "" } else { form.eol };
            let head = format!("{open}{}{}{after}", form.eol, form.heading(section, linked));
            edits.push(Edit::insert(inside.start, head));
            edits.extend(groups_into(&page, inside, section, &form));
        }
        Some(heading) => edits.push(inserted(&page, page.inside(heading).end, section, &form, linked)),
        None => edits.push(inserted(&page, page.place(), section, &form, linked)),
    }
    edits
}

/// A whole section at a place.
fn inserted(page: &ChangelogPage<'_>, at: usize, section: &NewSection<'_>, form: &Form<'_>, linked: bool) -> Edit {
    let (before, after) = (cut(page.text, 0..at), cut(page.text, at..page.text.len()));
    let before = before.trim_start_matches('\u{feff}');
    let bare = before.trim_end_matches([' ', '\t', '\r', '\n']);
    let blank = before.is_empty() || cut(before, bare.len()..before.len()).matches('\n').count() > 1;
    let open = if before.is_empty() || before.ends_with('\n') { "" } else { form.eol };
    let above = if blank { "" } else { form.eol };
    let below = if after.trim().is_empty() { String::new() } else { form.gap() };
    Edit::insert(at, format!("{open}{above}{}{below}", form.whole(section, linked)))
}

/// What is added to a section that stands there already.
fn completed(page: &ChangelogPage<'_>, own: &Heading<'_>, section: &NewSection<'_>, form: &Form<'_>) -> Vec<Edit> {
    let dated = heading::dated(own.line, section.day);
    let dated = dated.map(|(at, new)| Edit { at: own.start + at.start..own.start + at.end, new });
    groups_into(page, page.inside(own), section, form).into_iter().chain(dated).collect()
}

/// The groups of a section, among what stands there: one of the same name goes on, the others follow.
fn groups_into(page: &ChangelogPage<'_>, inside: Range<usize>, section: &NewSection<'_>, form: &Form<'_>) -> Vec<Edit> {
    let (mut edits, mut others) = (vec![], vec![]);
    for (name, entries) in form.groups(section) {
        let there = page.headings.iter().map(|(heading, _)| heading);
        let there = there.filter(|heading| inside.contains(&heading.block.start));
        match there.into_iter().find(|heading| !name.is_empty() && heading.text.eq_ignore_ascii_case(name)) {
            Some(heading) => {
                let of = page.inside(heading);
                let end = lines::last_line_end(page.text, &page.lines, of.start, of.end.min(inside.end));
                let gap = if end == of.start { form.eol } else { "" };
                edits.push(after(page, end, format!("{gap}{}", form.entries(&entries)), form));
            }
            None => others.push(form.group(name, &entries)),
        }
    }
    if !others.is_empty() {
        let end = lines::last_line_end(page.text, &page.lines, inside.start, inside.end);
        edits.push(after(page, end, format!("{}{}", form.eol, others.join(form.eol)), form));
    }
    edits
}

/// Lines that come after a line, which may lack its end.
fn after(page: &ChangelogPage<'_>, at: usize, new: String, form: &Form<'_>) -> Edit {
    let open = at > 0 && !cut(page.text, 0..at).ends_with('\n');
    let text = if open { format!("{}{new}", form.eol) } else { new };
    Edit::insert(at, text)
}
