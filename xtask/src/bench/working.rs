//! The rows about working copies and open buffers, on a made checkout of many files; and the start of the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use super::client::Client;
use super::files::document;
use super::measure::Pace;
use super::place::Place;
use super::process::Spent;
use super::report::{Row, median, percentile};
use super::sheet::Sheet;
use super::{Result, process, specs, writes};
use crate::random::Random;
use crate::synthetic;

/// The file that is saved, and committed.
const SAVED: &str = "part0/unit0/file0.c";
/// The file that is edited in a buffer.
const BUFFER: &str = "buffer.c";
const BUFFER_LINES: usize = 10_000;
const KEYSTROKES: usize = 300;

/// The checkout with `files` files below `work`, made when it is not there yet.
///
/// # Errors
/// When it cannot be made.
pub fn checkout(work: &Path, files: usize) -> Result<PathBuf> {
    let repo = work.join(format!("checkout-{files}-v{}", synthetic::VERSION));
    if repo.exists() {
        return Ok(repo);
    }
    eprintln!("making a checkout of {files} files");
    let unfinished = work.join(format!("checkout-{files}.part"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    fs::create_dir_all(&unfinished)?;
    let mut random = Random::new(files as u64);
    for number in 0..files {
        let folder = unfinished.join(format!("part{}/unit{}", number / 2500, number / 50 % 50));
        if number % 50 == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(folder.join(format!("file{number}.c")), synthetic::lines(20, &mut random))?;
    }
    fs::write(unfinished.join(BUFFER), synthetic::lines(BUFFER_LINES, &mut random))?;
    let git = |args: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.arg("-C").arg(&unfinished).args(["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]);
        process::output(command.args(args)).map(drop)
    };
    git(&["init", "--quiet"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--no-verify", "--message=All of it"])?;
    fs::rename(&unfinished, &repo)?;
    Ok(repo)
}

/// Measures all of it in the made checkout at `place`.
pub fn rows(sheet: &mut Sheet, place: &Place) {
    let clean = sheet.attempt("refreshing the checkout", |_| {
        place.move_head("HEAD")?;
        place.git_line(["status", "--porcelain"])
    });
    if clean.is_none() {
        return;
    }
    sheet.row(&specs::STATUS_SCAN, |pace| {
        pace.row(&specs::STATUS_SCAN, "`git status`", || {
            let theirs = place.time_git(["status"])?;
            let mut client = place.server()?;
            let (result, wall) = client.request("hg/status", &json!({}))?;
            if result["entries"].as_array().is_none_or(|entries| !entries.is_empty()) {
                return Err(format!("the status should be clean: {result}").into());
            }
            Ok((theirs, Spent { wall, cpu: 0.0 }))
        })
    });
    sheet.row(&specs::STATUS_SAVE, |pace| status_after_save(pace, place));
    writes::of_working_copy(sheet, place, SAVED);
    sheet.row(&specs::HUNKS, |_| keystrokes(place));
    sheet.row(&specs::START, |pace| {
        pace.row(&specs::START, "`git --version` as a process", || {
            let theirs = place.time_git(["--version"])?;
            let mut client = place.unready_server()?;
            let wall = client.initialize(place.repo())?;
            client.stop()?;
            Ok((theirs, Spent { wall, cpu: 0.0 }))
        })
    });
}

fn status_after_save(pace: Pace, place: &Place) -> Result<Row> {
    let path = place.repo().join(SAVED);
    let original = fs::read(&path)?;
    let mut client = place.server()?;
    client.request("hg/status", &json!({}))?;
    let (mut told, mut number) = (Vec::new(), 0);
    let row = pace.row(&specs::STATUS_SAVE, "`git status`", || {
        let theirs = place.time_git(["status"])?;
        client.forget();
        number += 1;
        fs::write(&path, [&original, format!("line {number}\n").as_bytes()].concat())?;
        let saved = Instant::now();
        told.push((client.wait_for("hg/didChangeStatus")? - saved).as_secs_f64());
        let (result, wall) = client.request("hg/status", &json!({"paths": [SAVED]}))?;
        if result["entries"][0]["path"] != SAVED {
            return Err(format!("the saved file is not modified: {result}").into());
        }
        // Back to clean, so that each save changes the status and is told of.
        client.forget();
        fs::write(&path, &original)?;
        client.wait_for("hg/didChangeStatus")?;
        Ok((theirs, Spent { wall, cpu: 0.0 }))
    });
    fs::write(&path, &original)?;
    let told = median(told) * 1000.0;
    Ok(row?.noted(format!("of the saved file, asked when the server told of the change, {told:.0} ms after the save")))
}

fn keystrokes(place: &Place) -> Result<Row> {
    let text = String::from_utf8(fs::read(place.repo().join(BUFFER))?)?;
    let mut client = place.server()?;
    let mut document = document(place, BUFFER);
    let params = json!({"textDocument": document});
    document["languageId"] = json!("c");
    document["version"] = json!(0);
    document["text"] = json!(text);
    client.notify("textDocument/didOpen", &json!({"textDocument": document}))?;
    client.request("hg/diffHunks", &params)?;
    let mut random = Random::new(0);
    let mut times = Vec::new();
    for version in 1..=KEYSTROKES {
        times.push(keystroke(&mut client, &params, version, random.below(BUFFER_LINES))?);
    }
    let mut row = Row::of_figures(&specs::HUNKS, String::new(), &[percentile(&times, 0.99)]);
    row.runs = KEYSTROKES;
    Ok(row.noted(format!(
        "{KEYSTROKES} keystrokes on lines chosen at random, none taken back; median {:.1} ms",
        median(times) * 1000.0
    )))
}

/// Types a character at the beginning of a line. Gives the seconds until the hunks were there.
fn keystroke(client: &mut Client, params: &serde_json::Value, version: usize, line: usize) -> Result<f64> {
    let at = json!({"line": line, "character": 0});
    let typed = Instant::now();
    let change = json!({
        "textDocument": {"uri": params["textDocument"]["uri"], "version": version},
        "contentChanges": [{"range": {"start": at, "end": at}, "text": "x"}],
    });
    client.notify("textDocument/didChange", &change)?;
    let before = typed.elapsed().as_secs_f64();
    let (result, wall) = client.request("hg/diffHunks", params)?;
    match result["hunks"].as_array().is_some_and(|hunks| !hunks.is_empty()) {
        true => Ok(before + wall),
        false => Err("no hunks after a keystroke".into()),
    }
}
