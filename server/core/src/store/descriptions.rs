//! What changesets say of themselves, and who is whose parent, as it is shown: kept of those that somebody asked for many of at once, so that the
//! next one to ask need not read them out of git's objects, nor nodes out of chunks that hold a thousand others. All together
//! are bounded; what was not asked for longest goes first.

use rusqlite::{OptionalExtension as _, params};

use super::bytes::{Bytes, put_signed, put_varint, seal, unseal};
use super::{Error, Reader, Writer};
use crate::ids::{ID_LENGTH, Node, Rev};

/// How many bytes are kept.
pub(super) const MOST_BYTES: u64 = 16 << 20;
/// What a row takes beside its data.
const ROW_BYTES: u64 = 16;

/// What the author of a changeset wrote, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// `Name <mail>`.
    pub user: String,
    /// When: Unix seconds (negative before 1970), and the zone in seconds *west* of UTC.
    pub date: (i64, i32),
    /// The message without white space at the end of lines or around the whole.
    pub desc: String,
}

/// A changeset as it is shown, as far as that stays the same as long as numbers do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Its node.
    pub node: Node,
    /// Its parents' nodes; none for a root.
    pub parents: Vec<Node>,
    /// What its author wrote.
    pub text: Text,
}

impl Reader {
    /// The descriptions of revisions, as far as they are kept, in the order of `revs`.
    pub fn descriptions(&self, revs: &[Rev]) -> Result<Vec<Option<Description>>, Error> {
        let mut descriptions = vec![None; revs.len()];
        // In the order of the table: neighbours stand on one page.
        let mut order: Vec<usize> = (0..revs.len()).collect();
        order.sort_unstable_by_key(|at| revs[*at]);
        let (mut sound, mut faded) = (true, Vec::new());
        self.session.run(|connection| {
            let mut find = connection.prepare_cached("SELECT used, data FROM description WHERE rev = ?1")?;
            for at in order {
                let rev = revs[at];
                let found = find.query_row([rev.0], |row| {
                    let description = unseal(row.get_ref(1)?.as_blob()?, i64::from(rev.0)).and_then(decode);
                    Ok((row.get::<_, i64>(0)?.unsigned_abs(), description))
                });
                let Some((used, description)) = found.optional()? else { continue };
                sound &= description.is_some();
                if used + MOST_BYTES / 2 < self.state().described_ever {
                    faded.push(rev);
                }
                descriptions[at] = description;
            }
            Ok(())
        })?;
        if !sound {
            return Err(self.session.broken("descriptions"));
        }
        self.notes.borrow_mut().described.extend(faded);
        Ok(descriptions)
    }

    /// Keeps descriptions for others, in the background. Lost without a word where nothing can be written just then.
    pub fn remember_descriptions(&self, descriptions: Vec<(Rev, Description)>) {
        self.notes.borrow_mut().descriptions.extend(descriptions);
    }
}

impl Writer {
    pub(super) fn put_descriptions(&mut self, descriptions: &[(Rev, Description)]) -> Result<(), Error> {
        let ever = self.state.described_ever as i64;
        let added = self.session.run(|connection| {
            let mut put = connection.prepare_cached("INSERT OR IGNORE INTO description VALUES (?1, ?2, ?3)")?;
            let mut added = 0;
            for (rev, description) in descriptions {
                let data = seal(encode(description), i64::from(rev.0));
                if put.execute(params![rev.0, ever, data])? == 1 {
                    added += data.len() as u64 + ROW_BYTES;
                }
            }
            Ok(added)
        })?;
        self.state.described += added;
        self.state.described_ever += added;
        if self.state.described > MOST_BYTES { self.forget_descriptions(MOST_BYTES / 4 * 3) } else { Ok(()) }
    }

    /// Marks descriptions as asked for now.
    pub(super) fn touch_descriptions(&self, revs: &[Rev]) -> Result<(), Error> {
        self.session.run(|connection| {
            let mut touch = connection.prepare_cached("UPDATE description SET used = ?2 WHERE rev = ?1")?;
            let ever = self.state.described_ever as i64;
            revs.iter().try_for_each(|rev| touch.execute(params![rev.0, ever]).map(drop))
        })
    }

    /// Forgets what was not asked for longest, until no more than `most` bytes are left.
    pub(super) fn forget_descriptions(&mut self, most: u64) -> Result<(), Error> {
        self.state.described = self.session.run(|connection| {
            let mut list =
                connection.prepare("SELECT rev, length(data) FROM description ORDER BY used DESC, rev DESC")?;
            let mut forget = connection.prepare("DELETE FROM description WHERE rev = ?1")?;
            let mut rows = list.query([])?;
            let (mut left, mut gone) = (0, Vec::new());
            while let Some(row) = rows.next()? {
                let bytes = u64::from(row.get::<_, u32>(1)?) + ROW_BYTES;
                if gone.is_empty() && left + bytes <= most {
                    left += bytes;
                } else {
                    gone.push(row.get::<_, i32>(0)?);
                }
            }
            gone.iter().try_for_each(|rev| forget.execute([rev]).map(drop))?;
            Ok(left)
        })?;
        Ok(())
    }
}

fn encode(description: &Description) -> Vec<u8> {
    let Description { node, parents, text: Text { user, date: (seconds, west), desc } } = description;
    let mut out = Vec::with_capacity((1 + parents.len()) * ID_LENGTH + user.len() + desc.len() + 20);
    out.extend_from_slice(&node.0);
    put_varint(&mut out, parents.len() as u64);
    parents.iter().for_each(|parent| out.extend_from_slice(&parent.0));
    put_varint(&mut out, user.len() as u64);
    out.extend_from_slice(user.as_bytes());
    put_signed(&mut out, *seconds);
    put_signed(&mut out, i64::from(*west));
    out.extend_from_slice(desc.as_bytes());
    out
}

fn decode(data: &[u8]) -> Option<Description> {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let mut bytes = Bytes(data);
    let node = Node(bytes.array()?);
    let count = bytes.varint()?;
    let parents = (0..count).map(|_| bytes.array().map(Node)).collect::<Option<Vec<_>>>()?;
    let length = usize::try_from(bytes.varint()?).ok()?;
    let user = text(bytes.take(length)?)?;
    let date = (bytes.signed()?, i32::try_from(bytes.signed()?).ok()?);
    Some(Description { node, parents, text: Text { user, date, desc: text(bytes.0)? } })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    #[test]
    fn descriptions_survive_and_damage_never_panics() {
        let text = |user: &str, date, desc: &str| Text { user: user.to_owned(), date, desc: desc.to_owned() };
        let usual = text("A U Thor <a@b>", (1_167_609_610, -19800), "subject\n\nbody");
        let strange = text("Ünï <u@x>", (i64::MIN, i32::MAX), "\u{fffd}é");
        for (text, parents) in [(Text::default(), 0), (usual, 1), (strange, 3)] {
            let parents = (0..parents).map(|at| Node([at; 20])).collect();
            let description = Description { node: Node([7; 20]), parents, text };
            let data = encode(&description);
            assert_eq!(decode(&data), Some(description));
            let mut random = Random::new(data.len() as u64);
            for _ in 0..200 {
                let mut damaged = data.clone();
                damaged.truncate(random.below(data.len() + 1));
                if !damaged.is_empty() {
                    let at = random.below(damaged.len());
                    damaged[at] = random.below(256) as u8;
                }
                // Whatever comes out is the checksum's matter to refuse.
                let _ = decode(&damaged);
            }
        }
    }
}
