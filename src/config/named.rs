//! Collects the places and the server that the configuration names anywhere.

use super::Config;
use crate::domain::{team::here::Here, time::agenda::Does};

impl Config {
    /// Where the bot is at home.
    pub fn here(&self) -> Here {
        let of_projects = self
            .projects
            .iter()
            .flat_map(|project| project.releases.iter().chain(&project.incidents).chain(&project.stakeholders));
        let of_schedules = self.schedules.iter().flat_map(|entry| match &entry.does {
            Does::Says { to, .. } => to.as_slice(),
            Does::Begins | Does::Marks => &[],
        });
        let of_hooks = self.hooks.iter().flat_map(|hooks| &hooks.places);
        let of_routes = self.routes.iter().flat_map(|route| &route.to);
        Here {
            server: self.discord.as_ref().and_then(|discord| discord.guild),
            places: of_projects.chain(of_schedules).chain(of_hooks).chain(of_routes).copied().collect(),
        }
    }
}
