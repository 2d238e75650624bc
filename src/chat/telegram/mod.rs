//! Telegram, through teloxide: connects, reads what people say, renders what the bot says.

mod admins;
mod bring;
mod call;
mod connect;
mod cut;
mod html;
mod introduce;
mod note;
mod pin;
mod poll;
mod problem;
mod read;
mod render;
mod size;
mod speak;
mod split;
mod state;
mod token;
mod webhook;

pub use admins::{ADMIN, Admins};
pub use connect::{Mode, Telegram, TelegramAccess, connect};
pub use split::{fitting, parts};
pub use state::TelegramState;
pub use token::takes_the_token;
pub use webhook::WebhookRefusal;
