//! Production is broken: a fix from the tag that runs there, through both passes.

use super::begin;
use crate::stories::calver::production_is_fixed;

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_takes_the_next_number_of_the_month() {
    let story = begin().await;
    production_is_fixed(&story, "src/invoice.txt", "not empty\n").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
