//! Where serenity listens to Discord: in a runtime of its own, on a thread of its own.
//!
//! When Discord hangs up without a reason, serenity 0.12.5 reads on and never pauses: until the next heartbeat is due,
//! or for ever if it is being shut down. In a shared runtime that holds up everybody else, clocks and signals included.

use std::{future::IntoFuture, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use serenity::all::{ClientBuilder, ConnectionStage, ShardManager};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::chat::problem::ChatProblem;

/// How often it is looked whether there is a session, and how often there is none before it is lost.
const LOOK: Duration = Duration::from_secs(1);
const MISSES: u32 = 3;

/// Where serenity turns when it could not ask where the gateway is.
const REAL_GATEWAY: &str = "wss://gateway.discord.gg";

/// The connection over which Discord tells what people do. Dropping it ends it.
pub(super) struct Gateway {
    home: Home,
    shards: Arc<ShardManager>,
    listening: JoinHandle<()>,
}

impl Gateway {
    /// Asks Discord where its gateway is and starts to listen; `ended` is told when that is over for good. Whose API is
    /// `elsewhere` must say where its gateway is.
    ///
    /// # Errors
    /// `Later` when the gateway cannot be found or the system has no thread left.
    pub(super) async fn open(
        builder: ClientBuilder,
        elsewhere: bool,
        ended: impl FnOnce(serenity::Result<()>) + Send + 'static,
    ) -> Result<Self, ChatProblem> {
        let home =
            Home::new().map_err(|problem| later(format!("no thread is left to listen to Discord: {problem}")))?;
        let built = home.spawn(builder.into_future()).await;
        let built = built.map_err(|problem| later(format!("Discord cannot be listened to: {problem}")))?;
        let mut client = built.map_err(|error| later(format!("Discord does not say where its gateway is: {error}")))?;
        if elsewhere && client.ws_url.lock().await.starts_with(REAL_GATEWAY) {
            return Err(later("Discord does not say where its gateway is".to_owned()));
        }
        let shards = client.shard_manager.clone();
        // An unreachable gateway does not end this: serenity tries again every few seconds.
        let listening = home.spawn(async move {
            let listened = AssertUnwindSafe(client.start()).catch_unwind().await;
            ended(listened.unwrap_or(Err(serenity::Error::Other("the task that listens panicked"))));
        });
        Ok(Self { home, shards, listening })
    }

    /// Waits until there has been no session for some seconds: serenity does not tell of every loss.
    pub(super) async fn loses_its_session(&self) {
        let mut misses = 0;
        while misses < MISSES {
            sleep(LOOK).await;
            misses = if self.has_session().await { 0 } else { misses + 1 };
        }
    }

    async fn has_session(&self) -> bool {
        let shards = timeout(LOOK, self.shards.runners.lock()).await;
        shards.is_ok_and(|shards| shards.values().any(|shard| shard.stage == ConnectionStage::Connected))
    }

    /// Says goodbye, for as long as that may take.
    pub(super) async fn close(&self, patience: Duration) {
        let shards = self.shards.clone();
        let goodbye = self.home.spawn(async move { shards.shutdown_all().await });
        let _ = timeout(patience, goodbye).await;
        self.listening.abort();
    }
}

fn later(why: String) -> ChatProblem {
    ChatProblem::Later { why, wait: None }
}

/// A runtime that is left behind when it is dropped: whatever goes on there is not waited for.
struct Home {
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Home {
    fn new() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("discord").enable_all().build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.handle.spawn(task)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
