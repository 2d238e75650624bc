//! `/flag list`: the feature flags, and who switched them last.

command! {
    /// List the feature flags, which are on, and who switched them last
    "flag list" => FlagList needs Anyone {}
}
