//! How many files and connections the system lets this process hold.

/// What the store, the chats and GitHub need beside the web server's connections.
const OTHERS: usize = 256;
/// So many connections there are at least, however few files there may be.
const LEAST: usize = 16;

/// Raises the limit to what the system allows, and answers with how many connections the web server may hold: as many as
/// wanted, or fewer, so that a flood of them never takes the last file.
pub(super) fn connections(wanted: usize) -> usize {
    let limit = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        Err(problem) => {
            tracing::warn!(%problem, "the limit of open files is not known");
            return wanted;
        }
    };
    let most = within(wanted, limit);
    if most < wanted {
        tracing::warn!(
            limit,
            wanted,
            most,
            "fewer connections than [web] says: the system lets this process open {limit} files; raise its limit \
             (LimitNOFILE in systemd, --ulimit nofile in Docker)"
        );
    }
    most
}

fn within(wanted: usize, limit: usize) -> usize {
    // Half as many wait outside, each of which is a file, too.
    wanted.min(limit.saturating_sub(OTHERS) / 3 * 2).max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn some_files_are_left_for_everything_else() {
        for (wanted, limit, most) in
            [(512, 20_000, 512), (512, 1024, 512), (1000, 1024, 512), (512, 256, 16), (16, 64, 16)]
        {
            assert_eq!(within(wanted, limit), most, "{wanted} of {limit}");
        }
    }
}
