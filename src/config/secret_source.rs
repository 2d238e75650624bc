//! Finds a secret: written out, in an environment variable, or in a file.

use toml::de::DeValue;

use super::{
    secret::Secret,
    section::{At, Section},
};

const WAYS: &str = "write `{ env = \"NAME\" }`, `{ file = \"path\" }` or the text itself";

impl<'a> Section<'a> {
    /// A secret. No problem it notes shows what was found.
    pub(super) fn secret(&mut self, key: &'static str) -> Option<At<Secret>> {
        let found = self.raw(key)?;
        let text = match found.value {
            DeValue::String(text) => Ok(text.to_string()),
            DeValue::Table(_) => self.secret_elsewhere(key)?,
            _ => {
                self.wrong_type(key, found, "a secret", WAYS);
                return None;
            }
        };
        let filled = text.and_then(|text| match text.trim() {
            "" => Err(format!("the secret `{key}` is empty; {WAYS}")),
            trimmed => Ok(Secret::new(trimmed)),
        });
        let secret = filled.map_err(|sentence| self.source.problem(found.at, sentence)).ok()?;
        Some(At { value: secret, at: found.at })
    }

    /// A secret that proves who somebody is: nobody may guess it.
    pub(super) fn long_secret(&mut self, key: &'static str) -> Option<Secret> {
        let found = self.secret(key)?;
        let right = found.value.reveal().len() >= Secret::SHORTEST;
        if !right {
            let (least, sentence) = (Secret::SHORTEST, "characters, such as `openssl rand -hex 32` gives");
            self.source.problem(found.at, format!("`{key}` can be guessed; write at least {least} {sentence}"));
        }
        right.then_some(found.value)
    }

    fn secret_elsewhere(&mut self, key: &'static str) -> Option<Result<String, String>> {
        let mut table = self.section(key)?;
        let source = table.source;
        let variable = table.text("env");
        let file = table.text("file");
        let found = match (variable, file) {
            (Some(name), None) => (source.environment)(name.value).ok_or_else(|| {
                // Somebody may have put the secret itself where its variable's name belongs.
                let is_name = name.value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                let shown = if is_name { name.value } else { "***" };
                format!("the environment variable `{shown}` is not set; set it before the start, or {WAYS}")
            }),
            (None, Some(path)) => {
                let path = source.path(path.value);
                std::fs::read_to_string(&path).map_err(|problem| {
                    format!(
                        "the file `{}` cannot be read ({}); make it readable text, or {WAYS}",
                        path.display(),
                        problem
                    )
                })
            }
            (Some(_), Some(_)) => Err(format!("the secret `{key}` names two sources; keep either `env` or `file`")),
            (None, None) => Err(format!("the secret `{key}` names no source; {WAYS}")),
        };
        table.finish();
        Some(found)
    }
}
