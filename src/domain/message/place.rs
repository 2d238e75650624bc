//! How people say an environment's name.

/// Within a sentence: short names are abbreviations, such as QA and STG; longer ones are words, such as staging.
pub fn spoken(environment: &str) -> String {
    if environment.len() <= 4 { environment.to_uppercase() } else { environment.to_owned() }
}
