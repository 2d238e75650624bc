//! Discord's markdown as HTML: every sign that is not markup is escaped.

use maud::{Markup, PreEscaped, Render};

/// What the inside of `<…>` stands for, as HTML; None if it is no mention.
pub(super) type Mention<'a> = &'a dyn Fn(&str) -> Option<Markup>;

/// A whole text, line by line.
pub(super) fn render(text: &str, mention: Mention) -> Markup {
    let mut html = String::new();
    let mut lines = text.split('\n').peekable();
    let mut open: Option<&'static str> = None;
    while let Some(line) = lines.next() {
        if let Some(first) = line.strip_prefix("```") {
            close(&mut html, &mut open);
            html.push_str(&fence(first, &mut lines));
            continue;
        }
        let (tag, class, rest) = block(line);
        if open != Some(tag) {
            close(&mut html, &mut open);
        }
        match tag {
            "ul" | "blockquote" => {
                if open.is_none() {
                    html.push_str(&format!("<{tag}>"));
                    open = Some(tag);
                }
                let item = if tag == "ul" { "li" } else { "div" };
                html.push_str(&format!("<{item}{class}>{}</{item}>", inline(rest, mention)));
            }
            _ if rest.trim().is_empty() => html.push_str("<div class=gap></div>"),
            _ => html.push_str(&format!("<div{class}>{}</div>", inline(rest, mention))),
        }
    }
    close(&mut html, &mut open);
    PreEscaped(html)
}

fn close(html: &mut String, open: &mut Option<&'static str>) {
    if let Some(tag) = open.take() {
        html.push_str(&format!("</{tag}>"));
    }
}

/// What kind of line it is: the element around it, its class, and what is left of the line.
fn block(line: &str) -> (&'static str, &'static str, &str) {
    let marks = [("### ", " class=h3"), ("## ", " class=h2"), ("# ", " class=h1"), ("-# ", " class=small")];
    if let Some((mark, class)) = marks.into_iter().find(|(mark, _)| line.starts_with(mark)) {
        return ("div", class, &line[mark.len()..]);
    }
    if let Some(rest) = line.strip_prefix("> ") {
        return ("blockquote", "", rest);
    }
    let inner = line.trim_start();
    if let Some(rest) = inner.strip_prefix("- ").or_else(|| inner.strip_prefix("* ")) {
        return ("ul", if inner.len() < line.len() { " class=deep" } else { "" }, rest);
    }
    ("div", "", line)
}

fn fence<'a>(first: &str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    let mut code = Vec::new();
    // A language stands alone on the first line; anything else there is code.
    if first.contains(|sign: char| !sign.is_alphanumeric() && sign != '+' && sign != '-') {
        match first.strip_suffix("```") {
            Some(whole) => return format!("<pre>{}</pre>", escaped(whole)),
            None => code.push(first),
        }
    }
    for line in lines {
        match line.strip_suffix("```") {
            Some(last) => {
                code.extend((!last.is_empty()).then_some(last));
                break;
            }
            None => code.push(line),
        }
    }
    format!("<pre>{}</pre>", escaped(&code.join("\n")))
}

/// Text within one line.
pub(super) fn inline(text: &str, mention: Mention) -> String {
    const PAIRS: [(&str, &str); 6] =
        [("**", "strong"), ("__", "u"), ("~~", "s"), ("||", "mark"), ("*", "em"), ("_", "em")];
    let mut html = String::new();
    let mut at = 0;
    while let Some(sign) = text[at..].chars().next() {
        let rest = &text[at..];
        let meant = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        if let Some(next) = meant.filter(char::is_ascii_punctuation) {
            html.push_str(&escaped(&next.to_string()));
            at += 1 + next.len_utf8();
            continue;
        }
        let special = match sign {
            '`' => code(rest),
            '[' => link(rest, mention),
            '<' => rest.find('>').and_then(|end| Some((mention(&rest[1..end])?.into_string(), end + 1))),
            'h' => bare_link(rest),
            _ => None,
        };
        let paired = || {
            let (mark, tag) = PAIRS.into_iter().find(|(mark, _)| rest.starts_with(mark))?;
            let inner = &rest[mark.len()..];
            let end = end_of(inner, mark)?;
            let word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
            let within = mark == "_" && (word(text[..at].chars().next_back()) || word(inner[end + 1..].chars().next()));
            let html = format!("<{tag}>{}</{tag}>", inline(&inner[..end], mention));
            (end > 0 && !within).then_some((html, end + 2 * mark.len()))
        };
        match special.or_else(paired) {
            Some((done, width)) => {
                html.push_str(&done);
                at += width;
            }
            None => {
                html.push_str(&escaped(&sign.to_string()));
                at += sign.len_utf8();
            }
        }
    }
    html
}

/// Where `mark` ends what it opened; signs behind a backslash do not count.
fn end_of(text: &str, mark: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(sign) = text[at..].chars().next() {
        if sign == '\\' {
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if text[at..].starts_with(mark) {
            return Some(at);
        } else {
            at += sign.len_utf8();
        }
    }
    None
}

fn code(rest: &str) -> Option<(String, usize)> {
    let ticks = rest.bytes().take_while(|byte| *byte == b'`').count();
    let mark = &rest[..ticks];
    let end = rest[ticks..].find(mark)?;
    let inside = rest[ticks..ticks + end].trim_matches(|sign| ticks > 1 && sign == ' ');
    Some((format!("<code>{}</code>", escaped(inside)), end + 2 * ticks))
}

fn link(rest: &str, mention: Mention) -> Option<(String, usize)> {
    let middle = end_of(&rest[1..], "](")? + 1;
    let end = rest[middle..].find(')')? + middle;
    let url = rest[middle + 2..end].trim_start_matches('<').trim_end_matches('>');
    Some((anchor(url, &inline(&rest[1..middle], mention))?, end + 1))
}

fn bare_link(rest: &str) -> Option<(String, usize)> {
    let end = rest.find(|sign: char| sign.is_whitespace() || "<>\"|".contains(sign)).unwrap_or(rest.len());
    let url = rest[..end].trim_end_matches(['.', ',', ')', ';', ':', '!', '?', '*', '_']);
    Some((anchor(url, &escaped(url))?, url.len()))
}

/// A link that opens beside the page; None for anything that is no web address.
pub(super) fn anchor(url: &str, inside: &str) -> Option<String> {
    let web = ["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
    web.then(|| format!("<a href=\"{}\" target=\"_blank\" rel=\"noreferrer\">{inside}</a>", escaped(url)))
}

/// Plain text in which web addresses are links.
pub(super) fn linked(text: &str) -> String {
    let mut html = String::new();
    let mut at = 0;
    while let Some(next) = text[at..].find("http").map(|next| at + next) {
        html.push_str(&escaped(&text[at..next]));
        let (link, width) = bare_link(&text[next..]).unwrap_or_else(|| ("http".to_owned(), 4));
        html.push_str(&link);
        at = next + width;
    }
    html + &escaped(&text[at..])
}

/// Text with everything escaped that means something in HTML.
pub(super) fn escaped(text: &str) -> String {
    text.render().into_string()
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;

    fn html_of(text: &str) -> String {
        render(text, &|inside| (inside == "@1").then(|| html! { b { "@bob" } })).into_string()
    }

    #[test]
    fn draws_what_discord_draws() {
        let cases = [
            ("**a *b*** `<c>`", "<div><strong>a *b</strong>* <code>&lt;c&gt;</code></div>"),
            ("- one\n- two\nend", "<ul><li>one</li><li>two</li></ul><div>end</div>"),
            ("```sh\ngit push\n```", "<pre>git push</pre>"),
            ("hi <@1> <@2>", "<div>hi <b>@bob</b> &lt;@2&gt;</div>"),
            ("snake_case_name \\*no\\*", "<div>snake_case_name *no*</div>"),
            ("[x](javascript:y)", "<div>[x](javascript:y)</div>"),
        ];
        for (text, html) in cases {
            assert_eq!(html_of(text), html, "{text}");
        }
    }

    #[test]
    fn escapes_what_people_write() {
        let hostile = "<script>alert(1)</script> [a](https://x/\"onload=1) **<b>**";
        let html = html_of(hostile);
        assert!(!html.contains("<script") && !html.contains("\"onload") && !html.contains("<b>"), "{html}");
    }
}
