//! Keeps the time of questions that are answered in words: those that nobody answers are forgotten.

use crate::{
    context::Context,
    domain::message::asking::OpenQuestion,
    store::StoreProblem,
    work::{Failed, Hand, NextTurn, Worker},
};

/// Runs until the bot ends; what fell due meanwhile is forgotten at its start.
pub fn keep(context: &Context) {
    let keeper = QuestionKeeper(context.clone());
    let make = move || QuestionKeeper(keeper.0.clone());
    drop(context.keep("the keeper of questions", &context.questions, context.quiet.busy(), make));
}

struct QuestionKeeper(Context);

impl Worker for QuestionKeeper {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let (context, now) = (&self.0, self.0.clock.now());
        let next = |questions: Vec<_>| questions.into_iter().map(|question: OpenQuestion| question.asker.until).min();
        if next(context.store.questions()?).is_some_and(|until| until <= now) {
            context.write::<_, StoreProblem>(move |writing| writing.forget_questions(now)).await?;
        }
        Ok(next(context.store.questions()?).map_or(NextTurn::Woken, NextTurn::At))
    }
}
