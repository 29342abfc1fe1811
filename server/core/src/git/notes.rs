//! Notes of git's that are to go along when a commit takes another one's place, as git's configuration has it
//! (`notes.rewriteRef`, `notes.rewriteMode`, `notes.rewrite.<command>`), or whoever asks in its place. Knows which, and how two
//! notes become one; not how they are stored.

use std::collections::BTreeSet;

use git2::Reference;

use super::{Error, Handle};

/// The only place that git takes notes from.
const NOTES: &str = "refs/notes/";

/// What becomes of a note that the new commit has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    /// The old commit's comes behind it.
    #[default]
    Concatenate,
    /// The old commit's takes its place.
    Overwrite,
    /// It stays.
    Ignore,
    /// The lines of both, sorted, each once.
    SortedLines,
}

/// What counts in place of the configuration: for git what its environment has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotesChoice<'a> {
    /// Which references' notes go along, by their full names or patterns, with colons between: `GIT_NOTES_REWRITE_REF`.
    pub refs: Option<&'a str>,
    /// What becomes of notes that are there: `GIT_NOTES_REWRITE_MODE`.
    pub mode: Option<&'a str>,
}

/// What is to go along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarriedNotes {
    /// The full names of the references that have the notes.
    pub refs: Vec<String>,
    /// What becomes of notes that are there.
    pub combine: Combine,
    /// What the configuration names and cannot be, in git's words.
    pub warnings: Vec<String>,
}

impl Handle {
    /// The notes that go along when `command` (`amend`, say) makes a commit in another one's place.
    pub fn carried_notes(&self, command: &str, choice: NotesChoice<'_>) -> Result<CarriedNotes, Error> {
        let mut carried = CarriedNotes::default();
        let config = self.repository.config()?.snapshot()?;
        match config.get_bool(&format!("notes.rewrite.{command}")) {
            Ok(true) => {}
            Ok(false) => return Ok(carried),
            Err(error) if error.code() == git2::ErrorCode::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let configured = || Some((config.get_string("notes.rewritemode").ok()?, "notes.rewriteMode"));
        let chosen = choice.mode.map(|mode| (mode.to_owned(), "GIT_NOTES_REWRITE_MODE"));
        if let Some((mode, name)) = chosen.or_else(configured) {
            match Combine::named(&mode) {
                Some(combine) => carried.combine = combine,
                None => carried.warnings.push(format!("Bad {name} value: '{mode}'")),
            }
        }
        match choice.refs {
            Some(refs) => refs
                .split(':')
                .filter(|pattern| !pattern.is_empty())
                .for_each(|pattern| self.add_notes(pattern, &mut carried)),
            None => config.multivar("notes.rewriteref", None)?.for_each(|entry| {
                if let Ok(pattern) = entry.value() {
                    self.add_notes(pattern, &mut carried);
                }
            })?,
        }
        Ok(carried)
    }

    fn add_notes(&self, pattern: &str, carried: &mut CarriedNotes) {
        if !pattern.starts_with(NOTES) {
            carried.warnings.push(format!("refusing to rewrite notes in {pattern} (outside of {NOTES})"));
            return;
        }
        let is_pattern = pattern.contains(['*', '?', '[']);
        let found: Vec<Reference<'_>> = match is_pattern {
            true => self.repository.references_glob(pattern).into_iter().flatten().flatten().collect(),
            false => self.repository.find_reference(pattern).into_iter().collect(),
        };
        if found.is_empty() && !is_pattern {
            carried.warnings.push(format!("notes ref {pattern} is invalid"));
        }
        for reference in found {
            let Ok(name) = reference.name() else { continue };
            if reference.target().is_none() {
                carried.warnings.push(format!("notes ref {name} is symbolic: its notes stay"));
            } else if !carried.refs.iter().any(|known| known == name) {
                carried.refs.push(name.to_owned());
            }
        }
    }
}

impl Combine {
    fn named(mode: &str) -> Option<Self> {
        let modes = [
            ("concatenate", Self::Concatenate),
            ("overwrite", Self::Overwrite),
            ("ignore", Self::Ignore),
            ("cat_sort_uniq", Self::SortedLines),
        ];
        modes.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(mode)).map(|(_, combine)| combine)
    }

    /// What becomes of the note that is there when the other one comes.
    pub fn of(self, there: &[u8], comes: &[u8]) -> Vec<u8> {
        match self {
            Self::Ignore => there.to_owned(),
            Self::Overwrite => comes.to_owned(),
            Self::Concatenate if comes.is_empty() => there.to_owned(),
            Self::Concatenate if there.is_empty() => comes.to_owned(),
            Self::Concatenate => [there.strip_suffix(b"\n").unwrap_or(there), comes].join(b"\n\n".as_slice()),
            Self::SortedLines => {
                let lines = there.split(|byte| *byte == b'\n').chain(comes.split(|byte| *byte == b'\n'));
                let lines: BTreeSet<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
                lines.into_iter().flat_map(|line| line.iter().chain(b"\n")).copied().collect()
            }
        }
    }
}
