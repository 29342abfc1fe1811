//! The row that is no time: lines on which hgls and `git blame` differ.

use serde_json::Value;

use super::choose::Files;
use super::place::Place;
use super::report::Row;
use super::{Result, files, process, specs};

/// Where a line comes from: the commit, the line's number there, from 0, and the path there.
type Origin = (String, u64, String);

/// Compares `count` files, chosen by `seed`.
///
/// # Errors
/// When git or the server fail.
pub fn row(place: &Place, chosen: &Files, count: usize, seed: u64) -> Result<Row> {
    let mut client = place.server()?;
    let (mut lines, mut files, mut differing) = (0, 0, Vec::new());
    let mut differ = 0;
    for file in chosen.random(place, count, seed) {
        let blame = ["-c", "core.quotePath=false", "blame", "--line-porcelain", "HEAD", "--", &file.path];
        let theirs = origins_of_git(&process::output(&mut place.git(blame))?);
        let ours = origins(&files::annotate(&mut client, place, &file.path)?.0);
        let here = differences(&theirs, &ours);
        if here > 0 {
            differing.push(format!("{} ({here})", file.path));
        }
        differ += here;
        lines += theirs.len();
        files += 1;
    }
    let row = Row::of_figures(&specs::DIFFER, "`git blame`".to_owned(), &[differ as f64]);
    let mut note = format!("of {lines} lines in {files} files, chosen with the seed {seed}");
    if !differing.is_empty() {
        note += &format!("; in {}", differing.join(", "));
    }
    Ok(row.noted(note))
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
            now.0 = words.next().unwrap_or_default().to_owned();
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
