//! What lives on: bounded queues, supervised tasks, and no panic.

use super::rule;

#[test]
fn every_queue_has_a_bound() {
    rule(
        "no channel of src grows without end",
        "wake with `work::Waker`, and let whoever is woken look into the store; or bound the queue, and say in a comment what \
         happens when it is full",
        &["src", "commands"],
        ("src/engine/runner/mod.rs", "//! x\nlet (waker, wakes) = mpsc::unbounded_channel();\n"),
        |source| {
            let endless = ["unbounded_channel", "UnboundedSender", "UnboundedReceiver", "mpsc::unbounded"];
            let lines = source.where_code(|line| endless.iter().any(|word| line.contains(word)));
            lines.into_iter().map(|line| (line, "has no bound".to_owned())).collect()
        },
    );
}

#[test]
fn what_lives_on_is_supervised() {
    let homes = [
        // Begins the loops.
        "src/context/tasks.rs",
        // Answers one interaction each, in the bot's own runtime.
        "src/chat/discord/answer.rs",
        // serenity's own runtime; the connection itself is watched over.
        "src/chat/discord/gateway.rs",
        // Follows the clock of a world that is not the real one.
        "src/clock/mod.rs",
        "src/demo/mod.rs",
        // Answers one connection each, and the table of connections ends them.
        "src/web/connections.rs",
        // The thread that writes: its end ends the process.
        "src/store/writer.rs",
    ];
    rule(
        "a task that lives on is started with `Context::keep`",
        "make it a `work::Worker`: it is started again when it fails, named in /readyz while it is down, and sets aside what it \
         fails over",
        &["src"],
        ("src/engine/backports.rs", "//! x\ntokio::spawn(keep(context));\n"),
        |source| {
            let spawns =
                |line: &str| line.contains("spawn(") && !line.contains("spawn_blocking(") && !line.contains("fn spawn");
            let lines = source.where_code(|line| !homes.contains(&source.path.as_str()) && spawns(line));
            lines.into_iter().map(|line| (line, "starts a task that nobody watches over".to_owned())).collect()
        },
    );
}

#[test]
fn nothing_gives_up_with_a_panic() {
    let words = [".unwrap()", ".expect(", ".unwrap_err()", "panic!(", "todo!(", "unimplemented!(", "unreachable!("];
    rule(
        "src and commands never panic on purpose",
        "return the problem; what cannot happen is better said by a type",
        &["src", "commands"],
        ("src/app/mod.rs", "//! x\nlet x = y.unwrap();\n"),
        |source| {
            let lines = source.where_code(|line| words.iter().any(|word| line.contains(word)));
            lines.into_iter().map(|line| (line, "may panic".to_owned())).collect()
        },
    );
}
