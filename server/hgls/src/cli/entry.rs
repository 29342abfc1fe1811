//! One changeset in the words of `hg log`, and how much it changed in which files.

use serde_json::{Value, json};

use super::date;
use super::json::Item;
use super::output::{Output, Style};
use crate::protocol::Changeset;

/// How much to say of a changeset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Number and node.
    Quiet,
    /// A summary.
    Normal,
    /// Files and the whole description.
    Verbose,
}

/// What a changeset is shown with.
#[derive(Default)]
pub struct Extras {
    /// The paths that it touches.
    pub files: Vec<Vec<u8>>,
    /// The parents' numbers, where they are worth saying: a merge's, and one that is not the number before.
    pub parents: Vec<(i32, String)>,
    /// How much changed in which files.
    pub stat: Option<Vec<FileStat>>,
    /// How many columns there are for it.
    pub width: usize,
    /// The patch.
    pub patch: Option<Vec<u8>>,
}

/// The first twelve digits.
pub fn short(node: &str) -> &str {
    node.get(..12).unwrap_or(node)
}

/// The changeset as text, with the blank line that ends it.
pub fn text(changeset: &Changeset, extras: &Extras, detail: Detail, output: &Output) -> Vec<u8> {
    let name = format!("{}:{}", changeset.rev, short(&changeset.node));
    let mut text = Vec::new();
    if detail == Detail::Quiet {
        text.extend(output.styled(Style::Changeset, name.as_bytes()));
        text.push(b'\n');
        return with_changes(text, extras, output);
    }
    text.extend(output.styled(Style::Changeset, format!("changeset:   {name}").as_bytes()));
    text.push(b'\n');
    let mut line = |label: &str, value: &[u8]| {
        text.extend_from_slice(format!("{:<13}", format!("{label}:")).as_bytes());
        text.extend_from_slice(value);
        text.push(b'\n');
    };
    changeset.bookmarks.iter().for_each(|bookmark| line("bookmark", bookmark.as_bytes()));
    changeset.remote_bookmarks.iter().for_each(|bookmark| line("bookmark", bookmark.as_bytes()));
    changeset.tags.iter().for_each(|tag| line("tag", tag.as_bytes()));
    for (rev, node) in &extras.parents {
        line("parent", format!("{rev}:{}", short(node)).as_bytes());
    }
    line("user", changeset.user.as_bytes());
    line("date", date::long(changeset.date).as_bytes());
    if detail == Detail::Verbose {
        if !extras.files.is_empty() {
            line("files", &extras.files.join(&b' '));
        }
        if !changeset.desc.is_empty() {
            text.extend_from_slice(format!("description:\n{}\n\n", changeset.desc).as_bytes());
        }
    } else if let Some(summary) = changeset.desc.lines().next() {
        line("summary", summary.as_bytes());
    }
    text.push(b'\n');
    with_changes(text, extras, output)
}

/// `text`, followed by what changed as far as `extras` has it.
pub fn with_changes(mut text: Vec<u8>, extras: &Extras, output: &Output) -> Vec<u8> {
    if let Some(stat) = &extras.stat {
        text.extend(self::stat(stat, extras.width));
        text.push(b'\n');
    }
    if let Some(patch) = &extras.patch {
        text.extend(output.patch(patch));
        text.push(b'\n');
    }
    text
}

/// The changeset as an item of `-T json`.
pub fn item(changeset: &Changeset, extras: Extras, detail: Detail) -> Item {
    let mut item = Item::from([("node", Value::from(changeset.node.clone())), ("rev", changeset.rev.into())]);
    if detail != Detail::Quiet {
        item.extend([
            ("bookmarks", json!(changeset.bookmarks)),
            ("branch", json!(changeset.branch)),
            ("date", json!(changeset.date)),
            ("desc", json!(changeset.desc)),
            ("parents", json!(changeset.parents)),
            ("phase", json!(changeset.phase)),
            ("tags", json!(changeset.tags)),
            ("user", json!(changeset.user)),
        ]);
    }
    let text = |bytes: &[u8]| Value::from(String::from_utf8_lossy(bytes));
    if detail == Detail::Verbose {
        item.insert("files", extras.files.iter().map(|file| text(file)).collect());
    }
    if let Some(stat) = extras.stat {
        let member = |file: &FileStat| json!({"additions": file.added, "binary": file.binary, "name": text(&file.name), "removals": file.removed});
        item.insert("diffstat", stat.iter().map(member).collect());
    }
    if let Some(patch) = extras.patch {
        item.insert("diff", text(&patch));
    }
    item
}

/// How much changed in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStat {
    /// The path; `old => new` of a rename.
    pub name: Vec<u8>,
    pub added: u32,
    pub removed: u32,
    pub binary: bool,
}

/// A line a file with a bar of `+` and `-`, scaled to `width` columns, and the sums.
pub fn stat(files: &[FileStat], width: usize) -> Vec<u8> {
    if files.is_empty() {
        return Vec::new();
    }
    let columns = |file: &FileStat| String::from_utf8_lossy(&file.name).chars().count();
    let changed = |file: &FileStat| file.added as usize + file.removed as usize;
    let name_width = files.iter().map(columns).max().unwrap_or(0);
    let most = files.iter().map(changed).max().unwrap_or(0);
    let has_binary = files.iter().any(|file| file.binary);
    let count_width = most.to_string().len().max(if has_binary { 3 } else { 0 });
    let room = width.saturating_sub(count_width + name_width + 6).max(10);
    let scaled = |count: u32| match count as usize {
        count if most <= room => count,
        0 => 0,
        count => (count * room / most).max(1),
    };
    let mut text = Vec::new();
    for file in files {
        let count = if file.binary { "Bin".to_owned() } else { changed(file).to_string() };
        text.push(b' ');
        text.extend_from_slice(&file.name);
        text.resize(text.len() + name_width - columns(file), b' ');
        let (plus, minus) = ("+".repeat(scaled(file.added)), "-".repeat(scaled(file.removed)));
        text.extend_from_slice(format!(" |  {count:>count_width$} {plus}{minus}\n").as_bytes());
    }
    let added: u64 = files.iter().map(|file| u64::from(file.added)).sum();
    let removed: u64 = files.iter().map(|file| u64::from(file.removed)).sum();
    let sums = format!(" {} files changed, {added} insertions(+), {removed} deletions(-)\n", files.len());
    text.extend_from_slice(sums.as_bytes());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_scaled_and_never_vanish() {
        let file = |name: &str, added, removed, binary| FileStat { name: name.into(), added, removed, binary };
        let files = [file("a", 300, 100, false), file("long name", 1, 0, false), file("b", 0, 0, true)];
        let expected = [
            " a         |  400 +++++++++---",
            " long name |    1 +",
            " b         |  Bin ",
            " 3 files changed, 301 insertions(+), 100 deletions(-)",
        ];
        let text = String::from_utf8_lossy(&stat(&files, 30)).into_owned();
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        assert_eq!(stat(&[], 80), b"");
    }
}
