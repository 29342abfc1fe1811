//! Notes of an amended commit that go along with it, as git's configuration has it. Knows how git stores notes: as files named
//! by the object that they are about, in folders by the first digits where there are many. Not which notes go along.

use super::who::{Person, Script, git_date};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{Combine, Location, Move, NotesChoice, TreeEdits, Value};
use crate::ids::{Mode, Node, RepoPath, TreeNode};
use crate::model::revset::Clock;
use crate::objects::{Entry, Objects};
use crate::repository::Moment;

/// What git says of it in the log of the notes.
const MESSAGE: &str = "Notes added by 'git commit --amend'";

/// Whose notes go along to which commit, and who carries them when.
pub struct Carrying<'a> {
    pub moment: &'a Moment,
    pub location: &'a Location,
    pub old: Node,
    pub new: Node,
    pub by: &'a Person,
    pub script: &'a Script,
    pub clock: Clock,
    pub choice: NotesChoice<'a>,
}

impl Carrying<'_> {
    /// Carries what the configuration names, or the choice in its place. Gives what could not be: it is too late to refuse anything.
    pub fn carry(&self) -> Vec<String> {
        let carried = match self.moment.git.carried_notes("amend", self.choice) {
            Ok(carried) => carried,
            Err(error) => return vec![error.to_string()],
        };
        let failed = |name: &String| Some(format!("{name}: {}", self.carry_in(name, carried.combine).err()?));
        let failed: Vec<String> = carried.refs.iter().filter_map(failed).collect();
        carried.warnings.into_iter().chain(failed).collect()
    }

    fn carry_in(&self, name: &str, combine: Combine) -> Result<()> {
        let Moment { git, objects, .. } = self.moment;
        // The commit is made: what belongs to it is not to be stopped.
        let cancel = &Cancel::new();
        let expected = git.value(name)?;
        let Value::Node(tip) = expected else { return Ok(()) };
        let root = objects.commit(tip)?.tree;
        let Some(note) = Place::of(objects, root, self.old)?.and_then(|place| place.entry) else { return Ok(()) };
        let Some(place) = Place::of(objects, root, self.new)? else { return Ok(()) };
        let node = match place.entry {
            Some(there) => git.write_file(&combine.of(&objects.blob(there.node)?, &objects.blob(note.node)?))?,
            None => note.node,
        };
        if place.entry.is_some_and(|there| there.node == node) {
            return Ok(());
        }
        let edits = TreeEdits::from([(place.path, Some(Entry { node, mode: Mode::File }))]);
        let tree = git.write_manifest(objects, Some(root), &edits, cancel)?;
        let commit = git.write_commit(&self.commit(tree, tip)?)?;
        let message = format!("notes: {MESSAGE}");
        let refs = git.lock_refs(self.location, &[(name, &expected)], cancel)?;
        Ok(refs.apply(&[(name, &Move::To(Value::Node(commit)))], &self.by.log(self.clock, &message))?)
    }

    fn commit(&self, tree: TreeNode, parent: Node) -> Result<Vec<u8>> {
        let who = self.script.encode(&format!("{} {}", self.by.line(), git_date((self.clock.now, self.clock.west))))?;
        let mut raw = format!("tree {tree}\nparent {parent}\n").into_bytes();
        for role in ["author", "committer"] {
            raw.extend_from_slice(format!("{role} ").as_bytes());
            raw.extend_from_slice(&who);
            raw.push(b'\n');
        }
        if let Some(label) = &self.script.label {
            raw.extend_from_slice(format!("encoding {label}\n").as_bytes());
        }
        raw.extend_from_slice(format!("\n{MESSAGE}\n").as_bytes());
        Ok(raw)
    }
}

/// Where the note about an object is, or would be.
struct Place {
    path: RepoPath,
    entry: Option<Entry>,
}

impl Place {
    fn of(objects: &Objects, root: TreeNode, about: Node) -> Result<Option<Self>> {
        let digits = about.to_hex();
        let (mut folder, mut path, mut rest) = (Some(root), String::new(), digits.as_str());
        let mut entry = None;
        while let Some(here) = folder {
            let listing = objects.tree(here)?;
            entry = listing.find(rest.as_bytes()).and_then(|entry| entry.as_file());
            let is_split = listing.entries().any(|entry| entry.as_folder().is_some() && entry.name.len() == 2);
            let Some((first, others)) = rest.split_at_checked(2).filter(|_| entry.is_none() && is_split) else { break };
            folder = listing.find(first.as_bytes()).and_then(|entry| entry.as_folder());
            path = format!("{path}{first}/");
            rest = others;
        }
        Ok(RepoPath::new(format!("{path}{rest}")).map(|path| Self { path, entry }))
    }
}
