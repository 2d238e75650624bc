//! Who a store is: an id that tells it from every other one, made once.

use chrono::{DateTime, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreProblem, Tree, View, Writing, format,
    trees::{Changes, Trees},
};
use crate::domain::hex;

const KEY: &[u8] = b"identity";

/// What tells one store from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreIdentity {
    /// Sixteen hexadecimal digits.
    pub id: String,
    /// Since when it has them.
    pub since: DateTime<Utc>,
    /// Since when it lives anew: when it was restored from a backup, or took over from such a one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life: Option<DateTime<Utc>>,
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
            let made = StoreIdentity { id: random()?, since: now, life: None };
            writing.put(Tree::Meta, KEY, &made)?;
            Ok(made)
        })
        .await
    }

    /// Lets this store live anew: what another bot with a copy of it says is then of an earlier life.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub async fn live_anew(&self, now: DateTime<Utc>) -> Result<StoreIdentity, StoreProblem> {
        let known = self.identity(now).await?;
        let anew = StoreIdentity { life: Some(now), ..known };
        let kept = anew.clone();
        self.write(move |writing: &mut Writing| writing.put(Tree::Meta, KEY, &kept)).await?;
        Ok::<_, StoreProblem>(anew)
    }
}

/// The changes by which a store lives anew; none for one that does not know yet who it is.
pub(super) fn another_life(trees: &Trees, now: DateTime<Utc>) -> Result<Changes, StoreProblem> {
    let Some(known) = (trees as &dyn View).get::<StoreIdentity>(Tree::Meta, KEY)? else { return Ok(Changes::new()) };
    let anew = StoreIdentity { life: Some(now), ..known };
    Ok([((Tree::Meta, KEY.to_vec()), Some(format::encode(Tree::Meta, KEY, &anew)?))].into())
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
