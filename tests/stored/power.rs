//! A power cut: what was acknowledged is on the device, however large it is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use shipmate::store::{Store, Tree};
use tempfile::TempDir;

use super::{block_on, damage::contents, renewal::of_layout_2};

/// What is written at once: a tree, and what is put into it under which keys.
pub(super) type Write = (Tree, Vec<(String, String)>);

/// Sizes that occur: a group of 1,200 alerts, bodies that could not be read, a release with 900 commits, and names that
/// others chose.
pub(super) fn large_writes() -> Vec<Write> {
    let group = (0..1_200).map(|number| format!("alert {number} in a region of its own; ").repeat(8)).collect();
    let bodies = (0..12).map(|number| (format!("unread//hooks/deploy/{number:02}"), number.to_string().repeat(20_000)));
    let commits = (0..900).map(|number| format!("{number:040x} feat: commit {number} of what is released; "));
    let long_names = (0..40).map(|number| (format!("{}{number:02}", "alertname=".repeat(900)), "firing".to_owned()));
    let facts = (0..400).map(|number| (format!("{number:08}"), number.to_string().repeat(1_500)));
    vec![
        (Tree::Reports, vec![("alerts/all".into(), group)]),
        (Tree::Reports, bodies.collect()),
        (Tree::Releases, vec![("1".into(), commits.collect())]),
        (Tree::Seen, long_names.collect()),
        (Tree::Facts, facts.collect()),
    ]
}

async fn put(store: &Store, (tree, rows): Write) {
    let write =
        store.write(move |writing| rows.iter().try_for_each(|(key, value)| writing.put(tree, key.as_bytes(), value)));
    write.await.unwrap();
}

/// The files that sled keeps outside its log; nobody syncs them.
pub(super) fn outside(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder.join("blobs")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// A disk of our own: a file system in a file, which can be copied as it would stand after a power cut.
pub(super) struct Disk {
    image: PathBuf,
    at: TempDir,
}

impl Disk {
    /// A fresh one; `None`, and a word about it, where there is no loop device or nobody may mount one.
    pub(super) fn new(room: &Path) -> Option<Self> {
        let image = room.join("disk.img");
        fs::File::create(&image).unwrap().set_len(256 << 20).unwrap();
        let mounted = run(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image)).and_then(|()| Self::mount(image));
        mounted.inspect_err(|why| println!("left out: no disk image can be mounted here ({why})")).ok()
    }

    fn mount(image: PathBuf) -> Result<Self, String> {
        let at = TempDir::new().unwrap();
        run(Command::new("mount").args(["-o", "loop"]).arg(&image).arg(at.path()))?;
        Ok(Self { image, at })
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.at.path().join("store")
    }

    /// The file system gives up, as it does when its device fails: what is open can be read, and not be written any more.
    pub(super) fn refuse(&self) {
        run(Command::new("mount").args(["-o", "remount,abort"]).arg(self.at.path())).unwrap();
    }

    /// The disk of a machine that lost its power just now.
    pub(super) fn after_a_power_cut(&self, name: &str) -> Self {
        let copy = self.image.with_file_name(name);
        fs::copy(&self.image, &copy).unwrap();
        Self::mount(copy).unwrap()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: sled's threads may hold on to their files for a moment longer.
        let _ = run(Command::new("umount").arg("-l").arg(self.at.path()));
        let _ = fs::remove_file(&self.image);
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let done = command.output().map_err(|problem| format!("{:?}: {problem}", command.get_program()))?;
    done.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&done.stderr).trim().to_owned())
}

#[test]
fn what_was_acknowledged_outlives_a_power_cut() {
    // Beside what is built: it is on a disk, and temporary files may not be.
    let room = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let Some(disk) = Disk::new(room.path()) else { return };
    block_on(async {
        for (number, write) in large_writes().into_iter().enumerate() {
            let store = Store::open(&disk.folder()).unwrap();
            put(&store, write).await;
            let cut = disk.after_a_power_cut(&format!("cut-{number}.img"));
            let found = Store::open(&cut.folder()).unwrap_or_else(|problem| panic!("after write {number}: {problem}"));
            assert!(contents(&found) == contents(&store), "after write {number}: not what was acknowledged");
            found.close().await.unwrap();
            // Each start leaves files of its own behind.
            store.close().await.unwrap();
        }
    });
}

#[test]
fn an_older_store_outlives_a_power_cut_once_it_is_open() {
    let room = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let Some(disk) = Disk::new(room.path()) else { return };
    block_on(async {
        let expected = of_layout_2(&disk.folder());
        run(Command::new("sync").arg("-f").arg(disk.folder())).unwrap();
        let store = Store::open(&disk.folder()).unwrap();
        let cut = disk.after_a_power_cut("cut.img");
        assert!(contents(&Store::open(&cut.folder()).unwrap()) == expected);
        store.close().await.unwrap();
    });
}

#[test]
fn nothing_lies_outside_the_log() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        let mut expected = 0;
        for (number, (tree, rows)) in large_writes().into_iter().enumerate() {
            expected += rows.len();
            put(&store, (tree, rows.clone())).await;
            assert_eq!(outside(folder.path()), Vec::<PathBuf>::new(), "after write {number}");
            let found: Vec<(Vec<u8>, String)> = store.scan(tree, b"").unwrap();
            for (key, value) in rows {
                assert!(found.contains(&(key.clone().into_bytes(), value.clone())), "{number}");
                assert_eq!(store.get::<String>(tree, key.as_bytes()).unwrap(), Some(value));
            }
        }
        let before = contents(&store);
        assert_eq!(before.len(), expected);
        store.close().await.unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert!(contents(&store) == before);
        store.close().await.unwrap();
    });
    assert_eq!(outside(folder.path()), Vec::<PathBuf>::new());
}
