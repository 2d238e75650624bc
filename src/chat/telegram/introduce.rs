//! Says to Telegram who we are, registers the commands, and arranges how updates come in.

use serde::de::IgnoredAny;
use teloxide::{
    payloads::SetWebhookSetters,
    prelude::Requester,
    types::{BotCommand, User},
};

use super::{
    call::{CallFailure, call},
    connect::{HEARD, Mode, Telegram},
    poll,
    read::Me,
    state::{TelegramState, patience},
};

impl Telegram {
    /// Connects, then listens until the connection is to end.
    pub(super) async fn listen(self) {
        tokio::select! {
            () = self.introduce_until_it_works() => {}
            () = self.stopped() => return,
        }
        if matches!(self.0.mode, Mode::Polling) {
            poll::until_stopped(&self).await;
        }
    }

    async fn introduce_until_it_works(&self) {
        let mut patience = patience();
        while let Err(failure) = self.introduce().await {
            tokio::time::sleep(self.failed(&failure, &mut patience)).await;
        }
        self.is(TelegramState::Working);
    }

    /// Learns who we are, then sets the commands and the way updates come in.
    async fn introduce(&self) -> Result<(), CallFailure> {
        let bot = &self.0.bot;
        let user: User = call(bot, bot.get_me()).await?;
        let username = user.username.unwrap_or_default();
        let menu = commands::telegram_menu().into_iter().map(|(name, help)| BotCommand::new(name, help));
        match call::<IgnoredAny>(bot, bot.set_my_commands(menu)).await {
            Err(failure @ CallFailure::Answered { .. }) if !failure.is_wrong_token() => {
                tracing::error!(%failure, "Telegram does not take the command menu; commands work without it");
            }
            Err(failure) => return Err(failure),
            Ok(_) => {}
        }
        // Known before the first update can come in.
        let _ = self.0.me.set(Me { id: user.id.0, username });
        let _: IgnoredAny = match &self.0.mode {
            Mode::Polling => call(bot, bot.delete_webhook()).await?,
            Mode::Webhook { public_url, secret } => {
                // One connection, so that updates arrive in their order.
                let webhook = bot.set_webhook(public_url.clone()).allowed_updates(HEARD).max_connections(1);
                call(bot, webhook.secret_token(secret)).await?
            }
        };
        Ok(())
    }
}
