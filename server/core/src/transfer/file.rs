//! A snapshot as one file: a line that says so, then each part after the length and the id that git would give it as a
//! file, and at the end an id over all of these. Any byte that is not as it was written is noticed.

use std::io::{Read, Seek, SeekFrom, Write};

use super::Error;
use super::layout::{Name, Sink, Source};
use super::parts::{Head, PART_BYTES, damaged};
use crate::error::Result;
use crate::git;
use crate::ids::ID_LENGTH;

const MAGIC: &[u8] = b"hgls-index-snapshot\n";
/// Stands for a length where the id over all ids follows.
const END: u32 = u32::MAX;

/// Writes a snapshot as a file.
pub struct FileSink<W> {
    out: W,
    ids: Vec<u8>,
    /// Bytes so far.
    length: u64,
}

impl<W: Write> FileSink<W> {
    /// Begins a file.
    pub fn new(out: W) -> Result<Self> {
        let mut sink = Self { out, ids: Vec::new(), length: 0 };
        sink.write(MAGIC)?;
        Ok(sink)
    }

    /// Ends it. Gives how long it is, in bytes.
    pub fn finish(mut self) -> Result<u64> {
        let sum = git::file_node(&self.ids)?;
        self.write(&END.to_le_bytes())?;
        self.write(sum.as_bytes())?;
        self.out.flush().map_err(|source| Error::Io { what: "write", source })?;
        Ok(self.length)
    }

    fn write(&mut self, data: &[u8]) -> Result<(), Error> {
        self.length += data.len() as u64;
        self.out.write_all(data).map_err(|source| Error::Io { what: "write", source })
    }
}

impl<W: Write> Sink for FileSink<W> {
    fn put(&mut self, _: Name, data: &[u8]) -> Result<()> {
        let id = git::file_node(data)?;
        let length = u32::try_from(data.len()).map_err(|_| damaged("a part is too long"))?;
        self.write(&length.to_le_bytes())?;
        self.write(id.as_bytes())?;
        self.write(data)?;
        self.ids.extend(id.as_bytes());
        Ok(())
    }
}

/// Reads a snapshot from a file.
pub struct FileSource<R> {
    file: R,
    frames: Vec<Frame>,
    /// How many parts of nodes there are.
    parts: usize,
}

/// Where a part lies.
#[derive(Clone, Copy)]
struct Frame {
    start: u64,
    length: usize,
    id: [u8; ID_LENGTH],
}

impl<R: Read + Seek> FileSource<R> {
    /// Finds the parts of a file, and reads the head.
    ///
    /// # Errors
    /// As their names say, when it is no such file, of another version, or not whole.
    pub fn new(mut file: R) -> Result<Self> {
        let io = |source| Error::Io { what: "read", source };
        let total = file.seek(SeekFrom::End(0)).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut magic = [0; MAGIC.len()];
        let is_ours = total >= MAGIC.len() as u64 && file.read_exact(&mut magic).is_ok() && magic == MAGIC;
        if !is_ours {
            return Err(Error::NotASnapshot.into());
        }
        let mut source = Self { file, frames: Vec::new(), parts: 0 };
        let mut at = MAGIC.len() as u64;
        loop {
            let mut mark = [0; 4 + ID_LENGTH];
            source.file.seek(SeekFrom::Start(at)).map_err(io)?;
            source.file.read_exact(&mut mark).map_err(cut_off)?;
            let [a, b, c, d, id @ ..] = mark;
            let length = u32::from_le_bytes([a, b, c, d]);
            at += mark.len() as u64;
            if length == END {
                source.finish(id, at == total)?;
                return Ok(source);
            }
            let frame = Frame { start: at, length: length as usize, id };
            at += u64::from(length);
            let most = if source.frames.is_empty() { 1 } else { 1 + 2 * source.parts };
            if frame.length == 0 || frame.length > PART_BYTES || at > total || source.frames.len() == most {
                return Err(damaged("it is cut off").into());
            }
            source.frames.push(frame);
            if let [_] = source.frames.as_slice() {
                // Before the rest: another version may go on otherwise.
                source.parts = Head::decode(&source.part(Name::Head)?)?.parts;
            }
        }
    }

    /// Looks at what stands at the end.
    fn finish(&self, sum: [u8; ID_LENGTH], is_last: bool) -> Result<()> {
        let ids: Vec<u8> = self.frames.iter().flat_map(|frame| frame.id).collect();
        let is_whole = self.frames.len() == 1 + 2 * self.parts && is_last;
        if !is_whole || git::file_node(&ids)?.as_bytes() != &sum {
            return Err(damaged("its end is not as it was written").into());
        }
        Ok(())
    }
}

fn cut_off(source: std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::UnexpectedEof => damaged("it is cut off"),
        _ => Error::Io { what: "read", source },
    }
}

impl<R: Read + Seek> Source for FileSource<R> {
    fn part(&mut self, name: Name) -> Result<Vec<u8>> {
        let at = match name {
            Name::Head => 0,
            Name::Nodes(at) => 1 + at,
            Name::Changes(at) => 1 + self.parts + at,
        };
        let frame = *self.frames.get(at).ok_or_else(|| damaged(format!("{name} is missing")))?;
        self.file.seek(SeekFrom::Start(frame.start)).map_err(|source| Error::Io { what: "read", source })?;
        let mut data = vec![0; frame.length];
        self.file.read_exact(&mut data).map_err(cut_off)?;
        if git::file_node(&data)?.as_bytes() != &frame.id {
            return Err(damaged(format!("{name} is not as it was written")).into());
        }
        Ok(data)
    }
}
