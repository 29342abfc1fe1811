//! The ways in which a file is annotated, each in git's words and in the server's. Knows nothing of what the answers are.

use std::ffi::OsStr;
use std::fs;

use serde_json::{Value, json};

use crate::bench::place::Place;
use crate::bench::{Result, process};
use crate::random::Random;

/// One question, asked twice.
pub struct Question {
    /// What `git blame` gets before the path.
    pub blame: Vec<String>,
    /// What `hg/annotate` gets beside the file.
    pub options: Value,
}

/// What is asked of a file beside all of its lines at `HEAD`.
#[derive(Clone, Copy)]
pub enum Way {
    Spaces,
    Skipping,
    Part,
    Old,
    Edited,
}

pub const ALL: [Way; 5] = [Way::Spaces, Way::Skipping, Way::Part, Way::Old, Way::Edited];

/// The setting that names a list of changesets to look through.
const IGNORED: &str = "blame.ignoreRevsFile";
/// So many changesets are looked through.
const SKIPPED: usize = 5;

impl Question {
    /// All lines as of `HEAD`.
    pub fn plain() -> Self {
        Self::at("HEAD", [], json!({}))
    }

    fn at<const N: usize>(revision: &str, blame: [String; N], mut options: Value) -> Self {
        options["rev"] = if revision == "HEAD" { "." } else { revision }.into();
        options["ignoreRevsFile"] = false.into();
        Self { blame: blame.into_iter().chain([revision.to_owned()]).collect(), options }
    }
}

impl Way {
    /// How it is called in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spaces => "-w",
            Self::Skipping => "blame.ignoreRevsFile",
            Self::Part => "-L",
            Self::Old => "an older revision",
            Self::Edited => "edited and not committed",
        }
    }

    /// The question. What it changes in the clone [`Way::clean`] takes back.
    ///
    /// # Errors
    /// When git fails, or the file cannot be read or written.
    pub fn question(self, place: &Place, path: &str, random: &mut Random) -> Result<Question> {
        Ok(match self {
            Self::Spaces => Question::at("HEAD", ["-w".to_owned()], json!({"whitespace": {"ignoreAllSpace": true}})),
            Self::Skipping => {
                let mut changes = changes(place, path)?;
                random.shuffle(&mut changes);
                changes.truncate(SKIPPED);
                let list = place.repo().join(".git/ignored-revisions");
                fs::write(&list, changes.join("\n"))?;
                place.git_line([OsStr::new("config"), IGNORED.as_ref(), list.as_os_str()])?;
                // `skip` skips in Mercurial's way.
                Question { options: json!({"rev": ".", "ignoreRevsFile": true}), ..Question::plain() }
            }
            Self::Part => {
                let lines = fs::read(place.repo().join(path))?.split_inclusive(|byte| *byte == b'\n').count();
                let start = random.below(lines);
                let end = start + 1 + random.below(lines - start);
                let ranges = json!([{"start": start, "end": end}]);
                Question::at("HEAD", [format!("-L{},{end}", start + 1)], json!({"ranges": ranges}))
            }
            Self::Old => {
                let changes = changes(place, path)?;
                let revision = random.pick(&changes).ok_or_else(|| format!("{path} was never changed"))?;
                Question::at(revision, [], json!({}))
            }
            Self::Edited => {
                edit(place, path, random)?;
                Question { blame: Vec::new(), options: json!({"ignoreRevsFile": false}) }
            }
        })
    }

    /// Takes back what the question has changed.
    ///
    /// # Errors
    /// When git fails.
    pub fn clean(self, place: &Place, path: &str) -> Result<()> {
        match self {
            Self::Edited => place.git_line(["checkout", "--quiet", "HEAD", "--", path]).map(drop),
            Self::Skipping => place.git_line(["config", "--unset", IGNORED]).map(drop),
            Self::Spaces | Self::Part | Self::Old => Ok(()),
        }
    }
}

/// The commits after which the file is there under this name, those that changed it, newest first.
fn changes(place: &Place, path: &str) -> Result<Vec<String>> {
    let log = ["log", "--no-merges", "--no-renames", "--diff-filter=AM", "--format=%H", "HEAD", "--", path];
    let log = process::output(&mut place.git(log))?;
    Ok(String::from_utf8(log)?.lines().map(str::to_owned).collect())
}

/// Changes the lines of a file: some are gone, some others, some new, and some stand twice.
fn edit(place: &Place, path: &str, random: &mut Random) -> Result<()> {
    let file = place.repo().join(path);
    let mut edited = Vec::new();
    for line in fs::read(&file)?.split_inclusive(|byte| *byte == b'\n') {
        match random.below(20) {
            0 => {}
            1 => edited.extend([b"other ", line].concat()),
            2 => edited.extend([b"new\n", line].concat()),
            3 => edited.extend([line, line].concat()),
            _ => edited.extend(line),
        }
    }
    // Of the same length and within a second of the last writing nobody would see the change.
    edited.extend(b"last\n");
    Ok(fs::write(file, edited)?)
}
