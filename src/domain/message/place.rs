//! How people say an environment's name.

/// What the field writes in capitals; every other name keeps its case.
const ABBREVIATIONS: [&str; 9] = ["dev", "eu", "prod", "qa", "sit", "stg", "uat", "uk", "us"];

/// Within a sentence: abbreviations in capitals, such as QA and STG, and any other name as it is written.
pub fn spoken(environment: &str) -> String {
    if ABBREVIATIONS.contains(&environment) { environment.to_uppercase() } else { environment.to_owned() }
}
