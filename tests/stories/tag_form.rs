//! A team whose tags have another form than its playbook's says so in bot.toml.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_tags_have_the_form_that_it_says() {
    for (form, tag) in [("{version}", "2.2.0"), ("api-{version}", "api-2.2.0"), ("api@v{version}", "api@v2.2.0")] {
        let playbook = "playbook = \"quick-release\"\n";
        let story =
            Story::begin_configured(|toml| toml.replace(playbook, &format!("{playbook}tag = \"{form}\"\n"))).await;
        story.release_whole().await;
        let told = story.told();
        assert!(told.contains(&format!("In sync: version file = {tag} = production")), "{form}: {told}");
        assert!(story.repository().await.contains(&format!("\"{tag}\"")), "{form}");
        story.end().await;
    }
}
