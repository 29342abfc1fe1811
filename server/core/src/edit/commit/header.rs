//! The header of a commit: parents, author, committer, encoding. Author and committer are the same, as in Mercurial; an
//! amended commit keeps its own, but for what is said anew. Knows nothing of files.

use super::CommitOptions;
use super::basis::Basis;
use super::who::{self, Person, Script, git_date};
use crate::edit::Error;
use crate::error::Result;
use crate::git::Identity;
use crate::ids::{Node, TreeNode};
use crate::objects::{CommitObject, Signature};
use crate::repository::Moment;

/// What stands above the message.
pub struct Header {
    parents: Vec<Node>,
    author: Line,
    committer: Line,
    /// The encoding of names and message.
    pub script: Script,
    /// Headers of the amended commit that stay.
    extra: Vec<u8>,
    identity: Identity,
}

/// Who, encoded, and when.
#[derive(Clone)]
struct Line {
    who: Vec<u8>,
    date: (i64, i32),
}

impl Header {
    /// Of a commit on `basis`.
    ///
    /// # Errors
    /// When nobody said who commits, or a user or date makes no sense.
    pub fn new(moment: &Moment, basis: &Basis, options: &CommitOptions<'_>) -> Result<Self> {
        let identity = moment.git.identity()?;
        let script = Script { label: identity.encoding.clone() };
        let user = options.user.map(|user| script.encode(&Person::parse(user)?.line())).transpose()?;
        let date = options.date.map(|date| who::date(date, options.clock)).transpose()?;
        let mut header = Self {
            parents: basis.parents.clone(),
            author: Line::none(),
            committer: Line::none(),
            script,
            extra: Vec::new(),
            identity,
        };
        let kept = |old: &CommitObject, signature: Signature<'_>, header: &Self| {
            Ok::<_, Error>(Line {
                who: user.clone().map_or_else(|| header.translated(old, signature.who), Ok)?,
                date: date.unwrap_or((signature.time, signature.offset)),
            })
        };
        if let Some((_, old)) = &basis.amended {
            header.author = kept(old, old.author(), &header)?;
            header.committer = kept(old, old.committer(), &header)?;
            header.extra = old.extra_headers();
            return Ok(header);
        }
        let who = match &user {
            Some(user) => user.clone(),
            None => header.script.encode(&Person::configured(&header.identity)?.line())?,
        };
        header.committer = Line { who, date: date.unwrap_or((options.clock.now, options.clock.west)) };
        header.author = match &basis.picked {
            Some(picked) => kept(picked, picked.author(), &header)?,
            None => header.committer.clone(),
        };
        Ok(header)
    }

    /// Bytes of another commit in this one's encoding.
    pub fn translated(&self, of: &CommitObject, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let label = of.encoding().map(|label| String::from_utf8_lossy(label).into_owned());
        let theirs = Script { label };
        if theirs == self.script { Ok(bytes.to_owned()) } else { self.script.encode(&theirs.decode(bytes)) }
    }

    /// The commit object, without a signature.
    pub fn object(&self, tree: TreeNode, message: &[u8]) -> Vec<u8> {
        let mut raw = format!("tree {tree}\n").into_bytes();
        for parent in &self.parents {
            raw.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
        for (role, line) in [("author", &self.author), ("committer", &self.committer)] {
            raw.extend_from_slice(format!("{role} ").as_bytes());
            raw.extend_from_slice(&line.who);
            raw.extend_from_slice(format!(" {}\n", git_date(line.date)).as_bytes());
        }
        if let Some(label) = &self.script.label {
            raw.extend_from_slice(format!("encoding {label}\n").as_bytes());
        }
        raw.extend_from_slice(&self.extra);
        raw.push(b'\n');
        raw.extend_from_slice(message);
        raw
    }

    /// The author's name, mail and date, for hooks.
    pub fn author_parts(&self) -> (String, String, String) {
        let who = self.script.decode(&self.author.who);
        let (name, mail) = who.rsplit_once('<').unwrap_or((&who, ""));
        // git marks that it is the form of its own.
        let date = format!("@{}", git_date(self.author.date));
        (name.trim().to_owned(), mail.trim_end_matches('>').to_owned(), date)
    }

    /// `Name <mail>` of the committer.
    pub fn committer_line(&self) -> String {
        self.script.decode(&self.committer.who)
    }

    /// Who moves the reference: the one whom the configuration names, and only where it names nobody the committer.
    pub fn mover(&self) -> Result<Person, Error> {
        Person::configured(&self.identity).or_else(|_| Person::parse(&self.committer_line()))
    }
}

impl Line {
    fn none() -> Self {
        Self { who: Vec::new(), date: (0, 0) }
    }
}
