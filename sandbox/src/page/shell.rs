//! The document around the parts that change.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Page, Screen, discord, fragments, header, telegram};
use crate::github::Problem;

const ICON: &str = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>\
<text y='13' font-size='13'>🚢</text></svg>";

/// The whole page as one person sees it at first.
pub(super) async fn document(page: &Page, screen: &Screen) -> Result<Markup, Problem> {
    let parts = fragments::all(page, screen).await?;
    let part = |id: &str| {
        let found = parts.iter().find(|(known, _)| *known == id);
        found.map_or_else(|| PreEscaped(String::new()), |(_, markup)| markup.clone())
    };
    let github = page.world.github().settings();
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Shipmate demo" }
                link rel="icon" href=(ICON);
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
            }
            body {
                header {
                    h1 { span aria-hidden="true" { "🚢" } " Shipmate" small { "demo" } }
                    time #time title="The clock of this world; the bot follows it" { (part("time")) }
                    div #clock .clock { (part("clock")) }
                    (header::people(page.world.people(), &screen.me))
                }
                nav #tour .tour aria-label="Guided tour" { (part("tour")) }
                div #week .week role="group" aria-label="This week" { (part("week")) }
                div #banner { (part("banner")) }
                main {
                    section .pane.discord aria-label="Discord" {
                        (discord::tabs(screen))
                        div #discord-log .log data-stick role="log" tabindex="0" aria-label="Discord messages" {
                            (part("discord-log"))
                        }
                        button.newest data-newest="discord-log" hidden { "↓ Newest" }
                        div #discord-form { (part("discord-form")) }
                        (discord::composer(screen))
                    }
                    section .pane.telegram aria-label="Telegram" {
                        (telegram::tabs(screen))
                        div #telegram-log .log data-stick role="log" tabindex="0" aria-label="Telegram messages" {
                            (part("telegram-log"))
                        }
                        button.newest data-newest="telegram-log" hidden { "↓ Newest" }
                        (telegram::composer())
                    }
                    section .pane.world aria-label="Repository and environments" {
                        h2 { "Environments" }
                        div #environments .environments { (part("environments")) }
                        div #flags { (part("flags")) }
                        div #backups { (part("backups")) }
                        h2 { (github.owner) "/" (github.name) }
                        div #queue { (part("queue")) }
                        div #pulls { (part("pulls")) }
                        div #refs { (part("refs")) }
                        div #runs { (part("runs")) }
                        h2 { "Things that happen" }
                        div #mishaps { (part("mishaps")) }
                    }
                }
                div #notices aria-live="polite" {}
            }
        }
    })
}
