//! A crowd of pull requests that have been open for a while, made all at once.

use serde_json::json;

use super::{GitHub, people::User, problem::Problem, stamp, state::Pull};

impl GitHub {
    /// Makes `count` open pull requests of one commit each from `feature/crowd-…` to `base`, as if they had been open
    /// for a while: nobody is told, and `ci` is green on each. Gives their numbers. Fails if there is no such base.
    pub async fn have_open_pull_requests(&self, login: &str, base: &str, count: usize) -> Result<Vec<u64>, Problem> {
        let _turn = self.0.turn.write().await;
        let author = self.person(login);
        let missing = || Problem::Refused(format!("there is no branch {base}"));
        let from = self.repository().branch(base).ok_or_else(missing)?;
        let first = self.state().pulls.keys().max().map_or(1, |last| last + 1);
        let numbers = first..first + count as u64;
        let (name, at) = (&author.name, self.now().timestamp());
        let mut stream = String::new();
        for n in numbers {
            let message = subject(n);
            stream += &format!("commit refs/heads/{}\n", branch(n));
            stream += &format!("committer {name} <{}> {at} +0000\n", author.email());
            stream += &format!("data {}\n{message}\nfrom {from}\n", message.len());
            stream += &format!("M 100644 inline src/crowd-{n}.txt\ndata 2\n{n:02}\n\n", n = n % 100);
        }
        self.repository().git.text(&["fast-import", "--quiet"], stream.as_bytes()).await?;
        self.repository().reload().await?;
        let ends = (base, from.as_str());
        Ok((first..first + count as u64).filter_map(|n| self.have_pull(&author, ends, n)).collect())
    }

    /// Puts `count` commits onto a branch, `feat: piece 1` to the last, as if they had been pushed for a while: nobody is
    /// told. Fails if there is no such branch.
    pub async fn have_commits(&self, login: &str, branch: &str, count: usize) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let author = self.person(login);
        let missing = || Problem::Refused(format!("there is no branch {branch}"));
        let from = self.repository().branch(branch).ok_or_else(missing)?;
        let (name, at) = (&author.name, self.now().timestamp());
        let mut stream = String::new();
        for n in 1..=count {
            let message = format!("feat: piece {n}");
            stream += &format!("commit refs/heads/{branch}\ncommitter {name} <{}> {at} +0000\n", author.email());
            stream += &format!("data {}\n{message}\n", message.len());
            if n == 1 {
                stream += &format!("from {from}\n");
            }
            stream += &format!("M 100644 inline src/pieces.txt\ndata 6\n{n:06}\n\n");
        }
        self.repository().git.text(&["fast-import", "--quiet"], stream.as_bytes()).await?;
        self.repository().reload().await?;
        Ok(())
    }

    /// Lets `count` statuses of a context have been reported on a commit long ago by the bot, all alike: nobody is told.
    pub fn have_statuses(&self, sha: &str, context: &str, state: &str, count: usize) {
        let (now, bot) = (stamp(self.now()), self.user_json(&self.settings().bot));
        let status = json!({
            "sha": sha, "state": state, "context": context, "description": "reported long ago", "target_url": null,
            "url": self.url(&format!("/statuses/{sha}")), "avatar_url": format!("{}/avatars/1", self.api_url()),
            "id": 1, "node_id": "SC_1", "created_at": now, "updated_at": now, "creator": bot, "app_id": null,
        });
        self.state().statuses.splice(0..0, std::iter::repeat_n(status, count));
    }

    fn have_pull(&self, author: &User, base: (&str, &str), n: u64) -> Option<u64> {
        let head = branch(n);
        let tip = self.repository().branch(&head)?;
        let mut check = self.new_check("ci", &tip, &json!({"id": null, "head_sha": tip, "status": "completed"}));
        check["status"] = json!("completed");
        check["conclusion"] = json!("success");
        for key in ["started_at", "completed_at"] {
            check[key] = json!(stamp(self.now()));
        }
        let mut pull = Pull::new(author, (&head, &tip), base, self.now());
        (pull.title, pull.commits) = (subject(n), vec![tip]);
        (pull.additions, pull.changed_files) = (1, 1);
        let mut state = self.state();
        (pull.number, pull.id) = (state.next_number(), state.next_id());
        let number = pull.number;
        state.checks.push(check);
        state.pulls.insert(number, pull);
        Some(number)
    }
}

fn branch(n: u64) -> String {
    format!("feature/crowd-{n}")
}

fn subject(n: u64) -> String {
    format!("feat: piece {n} of the crowd")
}
