//! Who is pinged where: nobody in two places at once.

use super::Context;
use crate::{
    domain::message::post::Place,
    store::{StoreProblem, Writing},
};

impl Context {
    /// Who is pinged in which place: everybody once, where they spoke last, if that is one of the places.
    ///
    /// # Errors
    /// What the store says.
    pub fn pinged(
        &self,
        writing: &Writing,
        places: &[Place],
        names: &[String],
    ) -> Result<Vec<Vec<String>>, StoreProblem> {
        let mut pinged = vec![vec![]; places.len()];
        for name in names {
            let Some(person) = self.people.named(name) else { continue };
            let preferred = writing.spoke_last(name)?;
            let reached = |place: &&Place| match place {
                Place::Discord { .. } => !person.discord.is_empty(),
                Place::Telegram { .. } => !person.telegram.is_empty(),
            };
            let here = places.iter().filter(reached).find(|place| Some(place.chat()) == preferred.as_deref());
            let place = here.or_else(|| places.iter().find(reached));
            if let Some(at) = place.and_then(|place| places.iter().position(|other| other == place)) {
                pinged[at].push(name.clone());
            }
        }
        Ok(pinged)
    }
}
