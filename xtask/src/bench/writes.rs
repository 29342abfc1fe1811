//! The rows about changes: a commit, an update, a file that is to be tracked; each beside git's own command for it, which
//! does the same with other content just before. What is made is taken back in the end.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Client, file_uri};
use super::files::document;
use super::measure::Pace;
use super::place::Place;
use super::process::{self, Spent};
use super::report::{Row, Spec};
use super::sheet::Sheet;
use super::{Result, specs};

/// So long a server may take to look at what has changed and to bring its index up to date: neither is the next one's.
const SETTLE: Duration = Duration::from_millis(700);

/// The rows of a clone, of which `path` is committed.
pub fn of_repository(sheet: &mut Sheet, place: &Place, path: &str) {
    sheet.row(&specs::WRITE_COMMIT, |pace| commit(pace, &specs::WRITE_COMMIT, place, path));
    sheet.row(&specs::WRITE_UPDATE, |pace| update(pace, place));
}

/// The rows of a large working copy, of which `path` is committed.
pub fn of_working_copy(sheet: &mut Sheet, place: &Place, path: &str) {
    sheet.row(&specs::WRITE_COMMIT_LARGE, |pace| commit(pace, &specs::WRITE_COMMIT_LARGE, place, path));
    sheet.row(&specs::WRITE_ADD_LARGE, |pace| add(pace, place));
}

/// A server that has looked at everything, and at which nothing is to be done.
fn settled_server(place: &Place) -> Result<Client> {
    let mut client = place.server()?;
    client.request("hg/status", &json!({}))?;
    let begun = Instant::now();
    while client.request("hg/index", &json!({}))?.0["state"] != "ready" {
        if begun.elapsed() > place.limit() {
            return Err("the index is not ready".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(SETTLE);
    Ok(client)
}

/// Times a request.
fn timed(client: &mut Client, method: &str, params: &Value) -> Result<(Value, Spent)> {
    let cpu = process::cpu(client.id());
    let (result, wall) = client.request(method, params)?;
    Ok((result, Spent { wall, cpu: process::cpu(client.id()) - cpu }))
}

fn commit(pace: Pace, spec: &Spec, place: &Place, path: &str) -> Result<Row> {
    let start = place.git_line(["rev-parse", "HEAD"])?;
    let mut client = settled_server(place)?;
    let uri = file_uri(&place.repo().join(path));
    let mut number = 0;
    let mut edit = || {
        number += 1;
        let mut file = fs::OpenOptions::new().append(true).open(place.repo().join(path))?;
        writeln!(file, "line {number}")
    };
    let row = pace.row(spec, format!("`git commit -q -m … -- {path}`"), || {
        edit()?;
        std::thread::sleep(SETTLE);
        let theirs = place.time_git(["commit", "--quiet", "--message=bench", "--", path])?;
        edit()?;
        std::thread::sleep(SETTLE);
        let (result, ours) = timed(&mut client, "hg/commit", &json!({"message": "bench", "uris": [uri]}))?;
        std::thread::sleep(SETTLE);
        if result["changeset"]["node"] != place.git_line(["rev-parse", "HEAD"])?.as_str() {
            return Err(format!("git has not what was committed: {result}").into());
        }
        Ok((theirs, ours))
    });
    client.stop()?;
    place.move_head(&start)?;
    row
}

fn update(pace: Pace, place: &Place) -> Result<Row> {
    let branch = place.git_line(["symbolic-ref", "--short", "HEAD"])?;
    let [here, there] = [place.git_line(["rev-parse", "HEAD"])?, place.git_line(["rev-parse", "HEAD~1"])?];
    place.git_line(["checkout", "--quiet", "--detach"])?;
    let mut client = settled_server(place)?;
    let mut updated = 0;
    let row = pace.row(&specs::WRITE_UPDATE, "`git checkout -q` of the same", || {
        let theirs = place.time_git(["checkout", "--quiet", &there])?;
        place.git_line(["checkout", "--quiet", &here])?;
        std::thread::sleep(SETTLE);
        let (result, ours) = timed(&mut client, "hg/update", &json!({"rev": there}))?;
        updated = result["files"].as_array().map_or(0, Vec::len);
        std::thread::sleep(SETTLE);
        if place.git_line(["rev-parse", "HEAD"])? != there || !place.git_line(["status", "--porcelain"])?.is_empty() {
            return Err(format!("git has not what was checked out: {result}").into());
        }
        place.git_line(["checkout", "--quiet", &here])?;
        std::thread::sleep(SETTLE);
        Ok((theirs, ours))
    });
    client.stop()?;
    place.git_line(["checkout", "--quiet", &branch])?;
    Ok(row?.noted(format!("from `HEAD` to its first parent, {updated} files")))
}

fn add(pace: Pace, place: &Place) -> Result<Row> {
    let mut client = settled_server(place)?;
    let mut number = 0;
    let mut new = || {
        number += 1;
        let name = format!("part0/new{number}.c");
        fs::write(place.repo().join(&name), format!("line {number}\n")).map(|()| name)
    };
    let row = pace.row(&specs::WRITE_ADD_LARGE, "`git add FILE`", || {
        let name = new()?;
        std::thread::sleep(SETTLE);
        let theirs = place.time_git(["add", "--", &name])?;
        let name = new()?;
        std::thread::sleep(SETTLE);
        let uri = document(place, &name)["uri"].clone();
        let (result, ours) = timed(&mut client, "hg/add", &json!({"uris": [uri]}))?;
        std::thread::sleep(SETTLE);
        if place.git_line(["ls-files", "--", &name])? != name {
            return Err(format!("git has not what was added: {result}").into());
        }
        Ok((theirs, ours))
    });
    client.stop()?;
    place.move_head("HEAD")?;
    row
}
