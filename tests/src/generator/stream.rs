//! A history as the input of `git fast-import`.

use std::io::Write;

use super::history::{Commit, Entry, History};

/// The stream. Commits have the marks 1, 2, … in their order.
pub fn write(history: &History) -> Vec<u8> {
    let mut out = Vec::new();
    for (place, commit) in history.commits.iter().enumerate() {
        write_commit(&mut out, place, commit);
    }
    // Commits were made on a reference of no meaning, so that none of theirs is left out.
    let refs = history.refs.iter().map(|(name, place)| format!("reset {name}\nfrom :{}\n\n", place + 1));
    out.extend(refs.collect::<String>().bytes());
    for (name, place) in &history.tags {
        let from = place + 1;
        let _ = write!(out, "tag {name}\nfrom :{from}\ntagger T <t@example.org> 1167609600 +0000\ndata 4\ntag\n\n");
    }
    out
}

fn write_commit(out: &mut Vec<u8>, place: usize, commit: &Commit) {
    // A root needs a reference that does not exist yet; the others name their parents themselves.
    let _ = writeln!(out, "commit refs/unreachable/import-{place}\nmark :{}", place + 1);
    for role in ["author", "committer"] {
        let _ = write!(out, "{role} ");
        out.extend_from_slice(commit.author);
        let _ = writeln!(out, " {}", commit.date);
    }
    if let Some(encoding) = commit.encoding {
        let _ = writeln!(out, "encoding {encoding}");
    }
    write_data(out, &commit.message);
    for (number, parent) in commit.parents.iter().enumerate() {
        let _ = writeln!(out, "{} :{}", if number == 0 { "from" } else { "merge" }, parent + 1);
    }
    out.extend_from_slice(b"deleteall\n");
    for (path, entry) in &commit.tree {
        write_entry(out, path, entry);
    }
    out.push(b'\n');
}

fn write_entry(out: &mut Vec<u8>, path: &[u8], entry: &Entry) {
    let submodule = entry.mode == "160000";
    let _ = write!(out, "M {} ", entry.mode);
    out.extend_from_slice(if submodule { &entry.content } else { b"inline" });
    out.extend_from_slice(b" \"");
    for byte in path {
        let _ = write!(out, "\\{byte:03o}");
    }
    out.extend_from_slice(b"\"\n");
    if !submodule {
        write_data(out, &entry.content);
    }
}

fn write_data(out: &mut Vec<u8>, data: &[u8]) {
    let _ = writeln!(out, "data {}", data.len());
    out.extend_from_slice(data);
    out.push(b'\n');
}
