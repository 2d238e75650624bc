//! A disk that refuses while the store is in use: one sentence and an end, and nothing acknowledged is lost.

use std::process::Command;

use tempfile::TempDir;

use super::{
    child::{listen, start},
    power::Disk,
    survival::check,
};

#[test]
fn a_disk_that_becomes_read_only_ends_in_one_sentence() {
    let room = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let Some(disk) = Disk::new(room.path()) else { return };
    let mut child = start("write", &disk.folder(), "");
    let mut refuses = false;
    let said = listen(&mut child, |_, count| {
        if count >= 200 && !refuses {
            refuses = true;
            disk.refuse();
        }
        false
    });
    let [sentence] = said.refused.as_slice() else { panic!("not one sentence: {:?}", said.refused) };
    // Which of the two comes first is up to the kernel.
    let refusals = ["Read-only file system", "Input/output error"];
    assert!(refusals.iter().any(|why| sentence.contains(&format!("cannot be used ({why}"))), "{sentence}");
    assert!(sentence.contains("check the folder's permissions and the disk"), "{sentence}");
    check(&disk.after_a_power_cut("cut.img").folder(), &said.acknowledged.into_iter().collect());
}

#[test]
fn a_disk_that_does_not_bring_writes_to_the_device_ends_in_one_sentence() {
    let traces = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !traces.is_ok_and(|status| status.success()) {
        return println!("left out: no strace here that may trace");
    }
    for when in [40, 41, 90] {
        let folder = TempDir::new().unwrap();
        let before = format!(
            "exec strace -f -qq -o /dev/null -e trace=fdatasync -e inject=fdatasync:error=EIO:when={when}+ \"$0\" \"$@\";"
        );
        let said = listen(&mut start("write", folder.path(), &before), |_, _| false);
        let [sentence] = said.refused.as_slice() else { panic!("not one sentence: {:?}", said.refused) };
        assert!(sentence.contains("cannot be used (Input/output error"), "{sentence}");
        assert!(!said.acknowledged.is_empty());
        check(folder.path(), &said.acknowledged.into_iter().collect());
    }
}
