//! What each kind of version file says, and what becomes of it when another version is written.

use super::{FileMistake, FileWithText, VersionedFile, current, written};
use crate::domain::version::{Scheme, Version};

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

fn by(path: &str, pattern: &str) -> VersionedFile {
    VersionedFile { path: path.to_owned(), pattern: Some(pattern.to_owned()) }
}

fn files(files: &[(&str, &str)]) -> Vec<FileWithText> {
    files.iter().map(|(path, text)| (VersionedFile::at(*path), (*text).to_owned())).collect()
}

fn refused(file: VersionedFile, text: &str) -> String {
    match current(&[(file, text.to_owned())], &Scheme::Semver) {
        Ok(version) => panic!("{text:?} is read as {version}"),
        Err(mistake) => mistake.words,
    }
}

const CARGO: &str = "# ours\r\n[package]\r\nname = \"api\" # not serde\r\nversion   =  '2.1.1'\t# by the bot\r\n\r\n\
                     [dependencies]\r\nserde = { version = \"2.1.1\" }\r\n";
const WORKSPACE: &str =
    "[workspace]\nmembers = [\"a\"]\npackage.version = \"2.1.1\"\n[workspace.dependencies]\nx = \"2.1.1\"\n";
const ROOT: &str = "[package]\nname = \"api\"\nversion.workspace = true\n[workspace.package]\nversion = \"2.1.1\"\n";
const NPM: &str =
    "{\n\t\"name\": \"api\",\n\t\"engines\": { \"version\": \"2.1.1\" },\n\t\"version\" : \"2.1.1\",\n  \"x\": 1 }";
const PEP: &str = "[build-system]\nrequires = [\"x==2.1.1\"]\n[project]\nname = \"api\"\nversion = \"2.1.1\"\n";
const POETRY: &str = "[tool.poetry]\nversion = \"2.1.1\"\n[tool.poetry.dependencies]\npython = \"2.1.1\"\n";
const POM: &str = "<?xml version=\"1.0\"?>\n<!-- <version>9.9.9</version> -->\n<project xmlns=\"a>b\">\n  <parent>\n    \
                   <artifactId>boot</artifactId><version>2.1.1</version>\n  </parent>\n  <artifactId>api</artifactId>\n  \
                   <version>\n 2.1.1 </version>\n  <dependencies><dependency><version>2.1.1</version></dependency>\
                   </dependencies>\n  <br/>\n</project>\n";
const REVISION: &str =
    "<project><version>${revision}</version><properties><revision>2.1.1</revision></properties></project>";
const GRADLE: &str = "plugins {\n  id 'x' version '2.1.1'\n}\n// version = '9.9.9'\ngroup = 'a'; version '2.1.1'\ndependencies {\n  \
                      version = '2.1.1'\n}\n";
const KOTLIN: &str = "plugins { id(\"x\") version \"9.9.9\" }\nallprojects {\n    version = \"2.1.1\" /* \"9.9.9\" */\n}\nval version = \"9.9.9\"\n\
                      project.version = \"2.1.1\"\n";
const CHART: &str = "apiVersion: v2\nname: api\nversion: \"2.1.1\"  # bump me\nappVersion: v2.1.1\ndependencies:\n  - name: db\n    \
                     version: 2.1.1\n";
const OTHER_CHART: &str = "version: 2.1.1 # ours\r\nappVersion: '1.0'\r\n";

#[test]
fn only_the_version_changes() {
    for (path, before, changed) in [
        ("version.txt", "2.1.1\n", 1),
        ("VERSION", "v2.1.1\r\n", 1),
        ("VERSION", "2.1.1 \n", 1),
        ("VERSION", "2.1.1", 1),
        ("VERSION", "\u{feff}\n  2.1.1\t\n\n", 1),
        ("Cargo.toml", CARGO, 1),
        ("Cargo.toml", WORKSPACE, 1),
        ("Cargo.toml", ROOT, 1),
        ("app/package.json", NPM, 1),
        ("pyproject.toml", PEP, 1),
        ("pyproject.toml", POETRY, 1),
        ("pom.xml", POM, 1),
        ("pom.xml", REVISION, 1),
        ("build.gradle", GRADLE, 1),
        ("build.gradle.kts", KOTLIN, 2),
        ("charts/api/Chart.yaml", CHART, 2),
        ("Chart.yaml", OTHER_CHART, 1),
    ] {
        let held = files(&[(path, before)]);
        assert_eq!(current(&held, &Scheme::Semver), Ok(version("2.1.1")), "{path} {before:?}");
        let after = written(&held, &version("10.0.0")).expect("a place for it").remove(path).expect("a text");
        assert_eq!(after.matches("10.0.0").count(), changed, "{path} {after:?}");
        let held = files(&[(path, &after)]);
        assert_eq!(current(&held, &Scheme::Semver), Ok(version("10.0.0")), "{path} {after:?}");
        let back = written(&held, &version("2.1.1")).expect("a place for it").remove(path).expect("a text");
        assert_eq!(back, before, "{path}");
    }
    let (_, after) =
        written(&files(&[("pom.xml", POM)]), &version("2.2.0")).expect("a place").pop_first().expect("one");
    assert!(after.contains("<artifactId>boot</artifactId><version>2.1.1<"), "the parent is somebody else's: {after}");
}

#[test]
fn a_pattern_says_where_the_version_stands_in_any_file() {
    let scheme = Scheme::Semver;
    let text = "#define NAME \"api\"\r\n#define VERSION \"2.1.1\"\r\n";
    for pattern in
        ["^#define VERSION \"(.+)\"$", "VERSION \"([0-9.]+)", "(?-m:^#define NAME .+\\s+)#define VERSION \"(.*)\""]
    {
        let held = [(by("version.h", pattern), text.to_owned())];
        assert_eq!(current(&held, &scheme), Ok(version("2.1.1")), "{pattern}");
        let after = written(&held, &version("2.2.0")).expect("a place for it");
        assert_eq!(after["version.h"], text.replace("2.1.1", "2.2.0"));
    }
    // One file may be named twice, and a pattern may fit several times.
    let both = "api 2.1.1\nweb 2.1.1\nweb 2.1.1\n".to_owned();
    let held = [(by("list", "^api (.+)$"), both.clone()), (by("list", "^web (.+)$"), both)];
    assert_eq!(written(&held, &version("2.2.0")).expect("places")["list"], "api 2.2.0\nweb 2.2.0\nweb 2.2.0\n");
    assert_eq!(refused(by("list", "^api (.+)$"), "web 2.1.1\n"), "nothing in it fits the pattern `^api (.+)$`");
    assert!(refused(by("list", "(.+)"), "2.1.1\n2.1.2\n").contains("line 1 says 2.1.1 and line 2 says 2.1.2"));
}

#[test]
fn a_lock_file_changes_only_where_the_version_of_the_package_itself_stands() {
    let lock = "version = 4\n\n[[package]]\nname = \"api\"\nversion = \"2.1.1\"\ndependencies = [\n \"web 2.1.1\",\n \"web 1.0.0\",\n]\n\n\
                [[package]]\nname = \"serde\"\nversion = \"2.1.1\"\nsource = \"registry\"\n\n[[package]]\nname = \"web\"\n\
                version = \"2.1.1\"\n\n[[package]]\nname = \"web\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
    let after = |manifest: &str| {
        let held = files(&[("Cargo.toml", manifest), ("Cargo.lock", lock)]);
        written(&held, &version("2.2.0")).expect("places").remove("Cargo.lock").expect("a text")
    };
    let api = "name = \"api\"\nversion = ";
    assert_eq!(after(CARGO), lock.replace(&format!("{api}\"2.1.1\""), &format!("{api}\"2.2.0\"")));
    let all =
        lock.replace(&format!("{api}\"2.1.1\""), &format!("{api}\"2.2.0\"")).replace("\"web 2.1.1\"", "\"web 2.2.0\"");
    let all = all.replace("name = \"web\"\nversion = \"2.1.1\"", "name = \"web\"\nversion = \"2.2.0\"");
    assert_eq!(after(ROOT), all, "members take over the version of the workspace");

    let lock = "{\"name\": \"api\", \"version\": \"2.1.0\", \"packages\": {\"\": {\"version\": \"2.1.0\"},\n \"web\": {\"version\": \"2.1.1\"}, \
                \"node_modules/x\": {\"version\": \"2.1.1\"}}}";
    let held = files(&[("app/package.json", NPM), ("app/package-lock.json", lock)]);
    assert_eq!(current(&held, &Scheme::Semver), Ok(version("2.1.1")), "a lock file only repeats");
    let after = written(&held, &version("2.2.0")).expect("places");
    assert_eq!(after["app/package-lock.json"], lock.replace("2.1.0", "2.2.0"));
    let held = files(&[("app/web/package.json", NPM), ("app/package-lock.json", lock)]);
    let after = written(&held, &version("2.2.0")).expect("places");
    assert_eq!(
        after["app/package-lock.json"],
        lock.replace("\"web\": {\"version\": \"2.1.1\"", "\"web\": {\"version\": \"2.2.0\"")
    );

    let without = files(&[("Cargo.toml", CARGO), ("Cargo.lock", "version = 4\n")]);
    let told = written(&without, &version("2.2.0")).expect_err("nothing to write");
    assert_eq!((told.path.as_str(), told.words.contains("leave it out")), ("Cargo.lock", true), "{told:?}");
}

#[test]
fn several_files_say_one_version() {
    let child = "<project><parent><artifactId>api</artifactId><version>2.1.1</version></parent>\n<artifactId>web</artifactId></project>";
    let held = files(&[("version.txt", "2.1.1\n"), ("pom.xml", POM), ("web/pom.xml", child)]);
    assert_eq!(current(&held, &Scheme::Semver), Ok(version("2.1.1")));
    let after = written(&held, &version("2.2.0")).expect("places");
    assert_eq!(
        after["web/pom.xml"],
        child.replace("2.1.1", "2.2.0"),
        "a child repeats the version of a parent that is ours"
    );
    let apart = files(&[("version.txt", "2.1.1\n"), ("Chart.yaml", "version: 2.1.0\n")]);
    let words = "it says 2.1.0, but version.txt says 2.1.1".to_owned();
    assert_eq!(current(&apart, &Scheme::Semver), Err(FileMistake { path: "Chart.yaml".to_owned(), words }));
    let new = written(&files(&[("version.txt", "")]), &version("2.2.0")).expect("a place");
    assert_eq!(new["version.txt"], "2.2.0\n", "what is not there is made");
}

#[test]
fn what_cannot_be_read_is_told_with_its_line_and_the_way_out() {
    let plain = "where one version such as 2.1.1 and nothing else should stand";
    for (path, text, told) in [
        ("version.txt", "2.1\n", plain),
        ("version.txt", "2.1.1\n2.1.2\n", plain),
        ("Cargo.toml", "[package]\nversion = 2\n", "line 2 holds no version"),
        (
            "Cargo.toml",
            "[package]\nversion = \"two\"\n",
            "line 2 holds \"two\" where a version such as 2.1.1 should stand",
        ),
        ("Cargo.toml", "[package]\nversion.workspace = true\n", "name the Cargo.toml of the workspace"),
        ("Cargo.toml", "[package\n", "it is no TOML: line 1"),
        (
            "Cargo.toml",
            "[package]\nversion = \"1.0.0\"\n[workspace.package]\nversion = \"2.0.0\"\n",
            "line 2 says 1.0.0 and line 4 says 2.0.0",
        ),
        ("Cargo.toml", "[dependencies]\n", "neither [package] nor [workspace.package]"),
        ("package.json", "{\"name\": \"api\"}", "it has no `version`"),
        ("package.json", "{\"version\": \"2.1.1\",\n}", "line 2"),
        ("package.json", "{\"version\": 2}", "line 1 holds no version"),
        ("pyproject.toml", "[project]\ndynamic = [\"version\"]\n", "its version is dynamic"),
        ("pyproject.toml", "[tool]\n", "neither [project] nor [tool.poetry]"),
        ("pom.xml", "<project><parent><version>3.2.0</version></parent></project>", "its version is its parent's"),
        ("pom.xml", "<project><version>${x}</version></project>", "no such property"),
        ("pom.xml", "<project>\n<version>2.1.1</project>", "line 2: </project> ends what does not begin there"),
        ("pom.xml", "<project>\n<version>2.1.1</version>", "<project> has no end"),
        ("build.gradle", "version = findProperty('v')\n", "it nowhere says `version = "),
        ("build.gradle.kts", "\nversion = \"${base}-x\"\n", "line 2 holds \"${base}-x\""),
        ("Chart.yaml", "name: api\n", "no line of it begins with `version:`"),
    ] {
        let words = refused(VersionedFile::at(path), text);
        assert!(words.contains(told), "{path} {text:?}: {words}");
    }
}

#[test]
fn a_playbook_names_them_in_three_ways() {
    #[derive(Debug, serde::Deserialize)]
    struct Top {
        #[serde(rename = "version-file", deserialize_with = "super::named")]
        files: Vec<VersionedFile>,
    }
    let read = |text: &str| toml::from_str::<Top>(&format!("version-file = {text}")).map(|top| top.files);
    assert_eq!(read("\"version.txt\""), Ok(vec![VersionedFile::at("version.txt")]));
    assert_eq!(read("{ path = \"a.py\", pattern = 'v = \"(.+)\"' }"), Ok(vec![by("a.py", "v = \"(.+)\"")]));
    let both = read("[\"Cargo.toml\", \"Cargo.lock\", { path = \"a.py\", pattern = '(.+)' }]");
    assert_eq!(both.map(|files| files.len()), Ok(3));
    for (text, told) in [
        ("[]", "names no file"),
        ("7", "names no file"),
        ("{ pattern = '(.+)' }", "lacks a path"),
        ("{ path = \"a.py\", patern = '(.+)' }", "`patern` means nothing"),
        ("\"/version.txt\"", "is no path in a repository"),
        ("\"app/../version.txt\"", "is no path in a repository"),
        ("\"\"", "is no path in a repository"),
        ("\"setup.py\"", "say by `pattern` where it stands"),
        ("{ path = \"a.py\", pattern = 'v = .+' }", "`pattern` of `a.py` in `version-file`: it has no group"),
        ("{ path = \"a.py\", pattern = '(v)(.+)' }", "more than one group"),
        ("{ path = \"a.py\", pattern = '(.+' }", "no regular expression: unclosed group"),
        ("[\"Cargo.toml\", \"Cargo.toml\"]", "twice"),
        ("[\"version.txt\", \"Cargo.lock\"]", "name `Cargo.toml`"),
        ("\"app/package-lock.json\"", "name `app/package.json`"),
    ] {
        let words = read(text).expect_err(text).message().to_owned();
        assert!(words.contains(told), "{text}: {words}");
    }
}
