//! The rows that are no times: lines on which hgls and `git blame` differ.

mod ways;

use serde_json::Value;

use self::ways::{Question, Way};
use super::choose::Files;
use super::client::Client;
use super::place::Place;
use super::report::{Row, Spec};
use super::{Result, files, process, specs};
use crate::random::Random;

/// Where a line comes from: the commit, the line's number there, from 0, and the path there.
type Origin = (String, u64, String);

/// What a line that is not committed comes from: git's name for it, and the server's.
const NOT_COMMITTED: (&str, &str) =
    ("0000000000000000000000000000000000000000", "ffffffffffffffffffffffffffffffffffffffff");

/// Compares all lines of `count` files at `HEAD`; the files are chosen by `seed`.
///
/// # Errors
/// When git or the server fail.
pub fn row(place: &Place, chosen: &Files, count: usize, seed: u64) -> Result<Row> {
    let mut client = place.server()?;
    let mut found = Found::default();
    for file in chosen.random(place, count, seed) {
        found.compare(&mut client, place, &file.path, &Question::plain())?;
    }
    Ok(found.row(&specs::DIFFER, &format!("chosen with the seed {seed}")))
}

/// Compares the same files as [`row`], each in one of the other ways to ask.
///
/// # Errors
/// As [`row`].
pub fn row_of_ways(place: &Place, chosen: &Files, count: usize, seed: u64) -> Result<Row> {
    let mut client = place.server()?;
    let mut found = Found::default();
    let mut random = Random::new(seed);
    for (file, way) in chosen.random(place, count, seed).into_iter().zip(ways::ALL.into_iter().cycle()) {
        let question = way.question(place, &file.path, &mut random)?;
        let compared = found.compare(&mut client, place, &file.path, &question);
        way.clean(place, &file.path)?;
        compared?;
    }
    let names: Vec<_> = ways::ALL.map(Way::name).into();
    Ok(found.row(&specs::DIFFER_WAYS, &format!("chosen with the seed {seed}; in turn: {}", names.join(", "))))
}

/// What was compared, and what differs.
#[derive(Default)]
struct Found {
    files: usize,
    lines: usize,
    differ: usize,
    where_from: Vec<String>,
}

impl Found {
    fn compare(&mut self, client: &mut Client, place: &Place, path: &str, question: &Question) -> Result<()> {
        let blame = ["-c", "core.quotePath=false", "blame", "--line-porcelain"].map(str::to_owned);
        let blame = blame.iter().chain(&question.blame).map(String::as_str).chain(["--", path]);
        let theirs = origins_of_git(&process::output(&mut place.git(blame))?);
        let ours = origins(&files::annotate_with(client, place, path, &question.options)?.0);
        let here = differences(&theirs, &ours);
        if here > 0 {
            self.where_from.push(format!("{path} ({here}; {})", question.blame.join(" ")));
        }
        self.differ += here;
        self.lines += theirs.len();
        self.files += 1;
        Ok(())
    }

    fn row(self, spec: &'static Spec, how: &str) -> Row {
        let mut note = format!("of {} lines in {} files, {how}", self.lines, self.files);
        if !self.where_from.is_empty() {
            note += &format!("; in {}", self.where_from.join(", "));
        }
        Row::of_figures(spec, "`git blame`".to_owned(), &[self.differ as f64]).noted(note)
    }
}

fn differences(theirs: &[Origin], ours: &[Origin]) -> usize {
    // git puts names with unusual characters in quotation marks; these are not compared.
    let same = |(a, b): &(&Origin, &Origin)| a.0 == b.0 && a.1 == b.1 && (a.2 == b.2 || a.2.starts_with('"'));
    theirs.len().max(ours.len()) - theirs.iter().zip(ours).filter(same).count()
}

/// Reads `git blame --line-porcelain`.
fn origins_of_git(blame: &[u8]) -> Vec<Origin> {
    let mut found = Vec::new();
    let mut now = (String::new(), 0, String::new());
    let mut at_header = true;
    for line in blame.split(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        if line.starts_with(b"\t") {
            found.push(now.clone());
            at_header = true;
        } else if at_header {
            let mut words = text.split(' ');
            let node = words.next().unwrap_or_default();
            now.0 = if node == NOT_COMMITTED.0 { NOT_COMMITTED.1 } else { node }.to_owned();
            now.1 = words.next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default().saturating_sub(1);
            at_header = false;
        } else if let Some(path) = text.strip_prefix("filename ") {
            now.2 = path.to_owned();
        }
    }
    found
}

/// Reads the answer of `hg/annotate`.
fn origins(answer: &Value) -> Vec<Origin> {
    let mut found = Vec::new();
    for hunk in answer["hunks"].as_array().into_iter().flatten() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let number = |name: &str| hunk[name].as_u64().unwrap_or_default();
        let node = text(&answer["changesets"][number("changeset") as usize]["node"]);
        let path = text(&hunk["path"]);
        let lines = number("originStart")..number("originStart") + number("count");
        found.extend(lines.map(|line| (node.clone(), line, path.clone())));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_answers_become_the_same() {
        let blame = b"aa 3 1 2\nauthor x\nfilename old\n\tone\naa 4 2\nauthor x\nfilename old\n\ttwo\nbb 9 3 1\nfilename new\n\tthree\n";
        let answer = json!({
            "changesets": [{"node": "bb"}, {"node": "aa"}],
            "hunks": [
                {"changeset": 1, "count": 2, "originStart": 2, "path": "old", "start": 0},
                {"changeset": 0, "count": 1, "originStart": 8, "path": "new", "start": 2},
            ],
        });
        let (theirs, ours) = (origins_of_git(blame), origins(&answer));
        assert_eq!(theirs, ours);
        assert_eq!(differences(&theirs, &ours), 0);
    }

    #[test]
    fn differences_of_any_kind_count() {
        let line = |node: &str, number, path: &str| (node.to_owned(), number, path.to_owned());
        let theirs = [line("aa", 1, "f"), line("aa", 2, "f"), line("bb", 3, "f"), line("bb", 4, "\"t\\tf\"")];
        let ours = [line("bb", 1, "f"), line("aa", 7, "f"), line("bb", 3, "g"), line("bb", 4, "t\tf")];
        assert_eq!(differences(&theirs, &ours), 3);
        assert_eq!(differences(&theirs, &ours[..2]), 4);
    }
}
