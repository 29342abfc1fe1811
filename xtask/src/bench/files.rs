//! The rows about one file: annotate and file log. Each needs the index as it was when nothing had been asked yet, which is
//! kept under the name [`INDEXED`].

use std::time::Duration;

use serde_json::{Value, json};

use super::choose::File;
use super::client::{Client, file_uri};
use super::measure::Pace;
use super::place::Place;
use super::process::Spent;
use super::report::Row;
use super::sheet::Sheet;
use super::{Result, specs};

/// The name of the kept index.
pub const INDEXED: &str = "indexed";

/// The most that one answer may hold.
const MOST: usize = 10_000;
/// How long a server may take to store what it found after it has answered.
const SETTLE: Duration = Duration::from_millis(500);

/// A file, as requests name it.
pub fn document(place: &Place, path: &str) -> Value {
    json!({"uri": file_uri(&place.repo().join(path))})
}

/// Annotates a file as of `HEAD`, as `git blame HEAD -- FILE` does. Gives the answer and the seconds.
///
/// # Errors
/// As [`Client::request`].
pub fn annotate(client: &mut Client, place: &Place, path: &str) -> Result<(Value, Spent)> {
    annotate_with(client, place, path, &json!({"rev": ".", "ignoreRevsFile": false}))
}

/// Annotates a file with these options. Gives the answer and the seconds.
///
/// # Errors
/// As [`Client::request`].
pub fn annotate_with(client: &mut Client, place: &Place, path: &str, options: &Value) -> Result<(Value, Spent)> {
    let mut params = options.clone();
    params["textDocument"] = document(place, path);
    let (result, wall) = client.request("hg/annotate", &params)?;
    Ok((result, Spent { wall, cpu: 0.0 }))
}

/// Asks for the file log from `HEAD`, `limit` revisions a page, for one page or all. Gives how many came, and the seconds.
///
/// # Errors
/// As [`Client::request`].
pub fn file_log(client: &mut Client, place: &Place, path: &str, limit: usize, all: bool) -> Result<(usize, Spent)> {
    let mut params = json!({"textDocument": document(place, path), "rev": ".", "limit": limit, "follow": false});
    let mut spent = Spent::default();
    let mut revisions = 0;
    loop {
        let (result, wall) = client.request("hg/fileLog", &params)?;
        spent.wall += wall;
        revisions += result["revisions"].as_array().map_or(0, Vec::len);
        match result.get("nextCursor") {
            Some(cursor) if all => params["cursor"] = cursor.clone(),
            _ => return Ok((revisions, spent)),
        }
    }
}

/// Asks a server that was just started for a file, and leaves time to store the answer.
///
/// # Errors
/// As [`Client::request`].
pub fn annotate_and_store(place: &Place, path: &str) -> Result<()> {
    let mut client = place.server()?;
    annotate(&mut client, place, path)?;
    std::thread::sleep(SETTLE);
    client.stop()
}

/// A running server: it has answered about another file.
///
/// # Errors
/// As [`Client::request`].
pub fn running_server(place: &Place, other: &str) -> Result<Client> {
    let mut client = place.server()?;
    file_log(&mut client, place, other, 20, false)?;
    Ok(client)
}

/// Measures annotate of a file that changes often.
pub fn annotate_rows(sheet: &mut Sheet, place: &Place, file: &File) {
    let path = &file.path;
    let blame = || place.time_git(["blame", "HEAD", "--", path]);
    let reference = format!("`git blame {path}`");
    sheet.row(&specs::ANNOTATE_FIRST, |pace| {
        pace.row(&specs::ANNOTATE_FIRST, &reference, || {
            let theirs = blame()?;
            place.drop_store()?;
            let mut client = place.server()?;
            Ok((theirs, annotate(&mut client, place, path)?.1))
        })
    });
    sheet.row(&specs::ANNOTATE_COLD, |pace| {
        pace.row(&specs::ANNOTATE_COLD, &reference, || {
            let theirs = blame()?;
            place.restore_store(INDEXED)?;
            let mut client = place.server()?;
            let ours = annotate(&mut client, place, path)?.1;
            client.stop()?;
            Ok((theirs, ours))
        })
    });
    sheet.row(&specs::ANNOTATE_AGAIN, |pace| {
        place.restore_store(INDEXED)?;
        annotate_and_store(place, path)?;
        pace.row(&specs::ANNOTATE_AGAIN, &reference, || {
            let theirs = blame()?;
            let mut client = place.server()?;
            let ours = annotate(&mut client, place, path)?.1;
            client.stop()?;
            Ok((theirs, ours))
        })
    });
    sheet.row(&specs::ANNOTATE_MOVED, |pace| annotate_moved(pace, place, path, &reference));
}

fn annotate_moved(pace: Pace, place: &Place, path: &str, reference: &str) -> Result<Row> {
    const BEFORE: &str = "before";
    let head = place.git_line(["rev-parse", "HEAD"])?;
    let (old, changes) = ten_changes_ago(place, path)?;
    place.restore_store(INDEXED)?;
    place.move_head(&old)?;
    let annotated = annotate_and_store(place, path);
    place.move_head(&head)?;
    annotated?;
    place.keep_store(BEFORE)?;
    let row = pace.row(&specs::ANNOTATE_MOVED, reference, || {
        let theirs = place.time_git(["blame", "HEAD", "--", path])?;
        place.restore_store(BEFORE)?;
        let mut client = place.server()?;
        let ours = annotate(&mut client, place, path)?.1;
        client.stop()?;
        Ok((theirs, ours))
    })?;
    Ok(row.noted(format!("{changes} commits, in a new process")))
}

/// The newest commit on the main line since which ten or more commits touched the file, and how many did.
fn ten_changes_ago(place: &Place, path: &str) -> Result<(String, usize)> {
    let log = place.git_line(["log", "--first-parent", "--format=%H", "-11", "HEAD", "--", path])?;
    for commit in log.lines() {
        let range = format!("{commit}~1..HEAD");
        let Ok(count) = place.git_line(["rev-list", "--count", "--no-merges", &range, "--", path]) else { break };
        let count = count.parse()?;
        if count >= 10 {
            return Ok((format!("{commit}~1"), count));
        }
    }
    Err(format!("{path} has not changed ten times").into())
}

/// Measures the file log of a file that changes often, and of one that has not changed for long.
pub fn file_log_rows(sheet: &mut Sheet, place: &Place, often: &File, seldom: &File) {
    let reset = || place.restore_store(INDEXED);
    let page = |pace: Pace, spec, path: &str, other: &str, git: &[&str], reference: String| {
        reset()?;
        pace.row(spec, reference, || {
            let theirs = place.time_git(git.iter().chain(&["log", "-20", "HEAD", "--", path]))?;
            let mut client = running_server(place, other)?;
            Ok((theirs, file_log(&mut client, place, path, 20, false)?.1))
        })
    };
    let (busy, quiet) = (&often.path, &seldom.path);
    sheet.row(&specs::FILE_LOG_PAGE, |pace| {
        page(pace, &specs::FILE_LOG_PAGE, busy, quiet, &[], format!("`git log -20 -- {busy}`"))
    });
    let age = format!("not changed in the last {} commits", seldom.newest - 1);
    sheet.row(&specs::FILE_LOG_OLD, |pace| {
        let reference = format!("`git log -20 -- {quiet}`");
        Ok(page(pace, &specs::FILE_LOG_OLD, quiet, busy, &[], reference)?.noted(&age))
    });
    sheet.row(&specs::FILE_LOG_OLD_GRAPH, |pace| {
        let write = ["-c", "core.commitGraph=true", "commit-graph", "write", "--reachable", "--changed-paths"];
        place.git_line(write)?;
        let reference = format!("`git log -20 -- {quiet}`, after `git commit-graph write --changed-paths`");
        page(pace, &specs::FILE_LOG_OLD_GRAPH, quiet, busy, &["-c", "core.commitGraph=true"], reference)
    });
    sheet.row(&specs::FILE_LOG_ALL, |pace| {
        reset()?;
        let mut revisions = 0;
        let row = pace.row(&specs::FILE_LOG_ALL, format!("`git log -- {busy}`"), || {
            let theirs = place.time_git(["log", "HEAD", "--", busy])?;
            let mut client = running_server(place, quiet)?;
            let (count, ours) = file_log(&mut client, place, busy, MOST, true)?;
            revisions = count;
            Ok((theirs, ours))
        })?;
        Ok(row.noted(format!("{revisions} revisions")))
    });
}
