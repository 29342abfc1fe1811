//! How an editor paints files and folders by their status. Pure: rows in, decorations out.

use std::collections::BTreeMap;

use super::status::{Code, Row};
use crate::ids::RepoPath;

/// How a file or folder is painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoration {
    /// The file or folder.
    pub path: RepoPath,
    /// What stands beside the name: hg's letter, `U` for a conflict, nothing for folders and what is ignored.
    pub badge: &'static str,
    /// The status; of a folder the strongest one below that spreads.
    pub code: Code,
    /// Says it in words.
    pub tooltip: String,
    /// The name of the colour, for a theme to define.
    pub color: &'static str,
    /// Whether the folders above take the colour.
    pub propagate: bool,
    /// Whether the name is struck through: the file is gone.
    pub strike_through: bool,
}

/// What stands for one kind of row.
struct Style {
    badge: &'static str,
    color: &'static str,
    /// Of a file.
    words: &'static str,
    /// Of a folder with such files below; those that do not spread have none.
    folder_words: Option<&'static str>,
}

/// The decorations of rows of one status, by path. Folders above are included where they lie within `paths`, all of
/// them when it is empty: of others the rows do not tell the whole.
pub fn decorations(rows: &[Row], paths: &[RepoPath]) -> Vec<Decoration> {
    let mut decorations = BTreeMap::new();
    // A folder's place in the order of strength goes before its colour.
    let mut folders: BTreeMap<RepoPath, (u8, &Row)> = BTreeMap::new();
    for row in rows {
        let Some(style) = style(row) else { continue };
        let tooltip = match &row.source {
            Some(source) if source.renamed => format!("{}, renamed from {}", style.words, source.path),
            Some(source) => format!("{}, copied from {}", style.words, source.path),
            None => style.words.to_owned(),
        };
        let decoration = Decoration {
            path: row.path.clone(),
            badge: style.badge,
            code: row.code,
            tooltip,
            color: style.color,
            propagate: style.folder_words.is_some(),
            strike_through: matches!(row.code, Code::Removed | Code::Missing),
        };
        decorations.insert(row.path.clone(), decoration);
        if style.folder_words.is_some() {
            let mut above = row.path.parent();
            while let Some(folder) = above {
                let strength = strength(row);
                let strongest = folders.get(&folder).is_none_or(|(known, _)| *known < strength);
                above = folder.parent();
                if !strongest {
                    break; // Nor does it change anything further up.
                }
                folders.insert(folder, (strength, row));
            }
        }
    }
    for (folder, (_, row)) in folders {
        let wanted = paths.is_empty() || paths.iter().any(|path| folder.is_within(path));
        let Some((style, words)) = style(row).and_then(|style| Some((style.color, style.folder_words?))) else {
            continue;
        };
        if wanted {
            // A folder may stand where a file was removed; then the folder is what is seen.
            decorations.insert(
                folder.clone(),
                Decoration {
                    path: folder,
                    badge: "",
                    code: row.code,
                    tooltip: words.to_owned(),
                    color: style,
                    propagate: true,
                    strike_through: false,
                },
            );
        }
    }
    decorations.into_values().collect()
}

fn style(row: &Row) -> Option<Style> {
    let style = |badge, color, words, folder_words| Some(Style { badge, color, words, folder_words });
    match row.code {
        _ if row.unresolved => style(
            "U",
            "hglsDecoration.unresolvedForeground",
            "Unresolved conflict",
            Some("Contains unresolved conflicts"),
        ),
        Code::Modified => style("M", "hglsDecoration.modifiedForeground", "Modified", Some("Contains modified files")),
        Code::Added if row.source.is_some() => {
            style("A", "hglsDecoration.copiedForeground", "Added", Some("Contains added files"))
        }
        Code::Added => style("A", "hglsDecoration.addedForeground", "Added", Some("Contains added files")),
        Code::Removed => style("R", "hglsDecoration.removedForeground", "Removed", None),
        Code::Missing => style("!", "hglsDecoration.missingForeground", "Missing", None),
        Code::Unknown => {
            style("?", "hglsDecoration.unknownForeground", "Not tracked", Some("Contains untracked files"))
        }
        Code::Ignored => style("", "hglsDecoration.ignoredForeground", "Ignored", None),
        Code::Clean => None,
    }
}

/// What a folder shows of all that is below it.
fn strength(row: &Row) -> u8 {
    match row.code {
        _ if row.unresolved => 4,
        Code::Modified => 3,
        Code::Added => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, code: Code) -> Row {
        let path = RepoPath::new(path).expect("a path");
        Row { path, code, source: None, unresolved: false, old: None, new: None }
    }

    fn shown(rows: &[Row], paths: &[&str]) -> Vec<String> {
        let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::new(*path).expect("a path")).collect();
        let line = |one: Decoration| {
            let strike = if one.strike_through { " struck" } else { "" };
            format!("{} [{}] {}{strike}", one.path, one.badge, one.tooltip)
        };
        decorations(rows, &paths).into_iter().map(line).collect()
    }

    #[test]
    fn folders_show_the_strongest_of_what_is_below() {
        let rows = [
            row("a/b/m", Code::Modified),
            row("a/b/x", Code::Unknown),
            row("a/c/n", Code::Added),
            row("d/gone", Code::Removed),
            row("d/ignored", Code::Ignored),
            row("e/clean", Code::Clean),
        ];
        let expected = [
            "a [] Contains modified files",
            "a/b [] Contains modified files",
            "a/b/m [M] Modified",
            "a/b/x [?] Not tracked",
            "a/c [] Contains added files",
            "a/c/n [A] Added",
            "d/gone [R] Removed struck",
            "d/ignored [] Ignored",
        ];
        assert_eq!(shown(&rows, &[]), expected);
        let mut conflict = rows;
        conflict[2] = Row { unresolved: true, ..row("a/c/n", Code::Modified) };
        assert_eq!(shown(&conflict, &[])[0], "a [] Contains unresolved conflicts");
    }

    #[test]
    fn only_folders_that_were_asked_for_are_known_in_full() {
        let rows = [row("a/b/m", Code::Modified)];
        assert_eq!(shown(&rows, &["a/b"]), ["a/b [] Contains modified files", "a/b/m [M] Modified"]);
        assert_eq!(shown(&rows, &["a/b/m"]), ["a/b/m [M] Modified"]);
    }
}
