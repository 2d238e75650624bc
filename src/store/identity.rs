//! Who a store is: an id that tells it from every other one, made once.

use chrono::{DateTime, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::{Store, StoreProblem, Tree, Writing};
use crate::domain::hex;

const KEY: &[u8] = b"identity";

/// What tells one store from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreIdentity {
    /// Sixteen hexadecimal digits.
    pub id: String,
    /// Since when it has them.
    pub since: DateTime<Utc>,
}

impl Store {
    /// Who this store is. One that does not know it yet, new or of an older program, learns it now.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn identity(&self, now: DateTime<Utc>) -> Result<StoreIdentity, StoreProblem> {
        self.write(move |writing: &mut Writing| {
            if let Some(known) = writing.get(Tree::Meta, KEY)? {
                return Ok(known);
            }
            let made = StoreIdentity { id: random()?, since: now };
            writing.put(Tree::Meta, KEY, &made)?;
            Ok(made)
        })
        .await
    }
}

fn random() -> Result<String, StoreProblem> {
    let mut bytes = [0_u8; 8];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreProblem::Unwritable {
        tree: Tree::Meta.name(),
        key: "`identity`".to_owned(),
        why: "the system gives no random numbers".to_owned(),
    })?;
    Ok(hex::encoded(&bytes))
}
