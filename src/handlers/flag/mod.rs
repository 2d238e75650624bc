//! `/flag`: shows feature flags, and has them switched. What is asked for is stored; the switcher does it.

mod list;
mod off;
mod on;

use super::{Asked, Refusal};
use crate::{
    domain::{message::Message, team::flag::Switch},
    flags::{FlagProblem, Flags},
    messages,
};

impl From<FlagProblem> for Refusal {
    fn from(problem: FlagProblem) -> Self {
        match problem {
            FlagProblem::Later(sentence) => Self::Refused(format!("{sentence}. Please try again in a moment.")),
            FlagProblem::Person(sentence) => Self::Refused(format!("{sentence}.")),
        }
    }
}

impl Asked<'_> {
    async fn switch(&self, name: &str, after: bool, reason: &str) -> Result<Option<Message>, Refusal> {
        let flags = self.flags()?;
        let all = flags.list().await?;
        let Some(flag) = all.iter().find(|flag| flag.name == name) else {
            return Err(format!("There is no flag {name} in {}; /flag list shows all.", flags.environment()).into());
        };
        let (context, by, before) = (self.context.clone(), self.who()?, flag.on);
        let (flag, environment, reason) = (name.to_owned(), flags.environment().to_owned(), reason.to_owned());
        let done = self.decide(move |writing| {
            let mut open = writing.switches()?.into_iter().filter(|one| one.ended.is_none() && one.flag == flag);
            if let Some(first) = open.next() {
                return Err(format!("{} is switching it {} just now.", first.by, first.word()).into());
            }
            if before == after {
                return Ok((messages::flag::already(&flag, after, &environment), vec![]));
            }
            let (number, at) = (writing.next_number("switch")?, context.clock.now());
            let switch = Switch { number, flag, environment, before, after, by, at, reason, ended: None };
            writing.put_switch(&switch)?;
            Ok((messages::flag::asked(&switch), vec![]))
        });
        let done = done.await?;
        self.context.switch();
        Ok(done)
    }

    fn flags(&self) -> Result<&Flags, Refusal> {
        let none = || "No feature flags are known here: whoever keeps bot.toml can name an Unleash under [flags].";
        self.context.flags.as_ref().ok_or_else(|| none().to_owned().into())
    }
}
