//! The rows about the index as a whole: the time to make it, the memory for that, its size, and an update.

use std::fs;
use std::io::Write;
use std::time::Duration;

use serde_json::json;

use super::choose::File;
use super::measure::{self, Pace};
use super::place::Place;
use super::process::{self, Memory, Spent};
use super::report::Row;
use super::sheet::Sheet;
use super::{Result, files, specs};

/// Every commit that hgls numbers.
const EVERYTHING: [&str; 4] = ["--branches", "--tags", "--remotes", "HEAD"];

/// What making an index took.
pub struct Indexed {
    pub spent: Spent,
    /// Where the system tells.
    pub memory: Option<Memory>,
}

/// Starts a server in a clone without an index, and waits until the index is there.
///
/// # Errors
/// When the server fails, or takes too long.
pub fn index(place: &Place) -> Result<Indexed> {
    place.drop_store()?;
    let mut client = place.server()?;
    let mut anonymous = 0.0f64;
    loop {
        let (index, _) = client.request("hg/index", &json!({}))?;
        anonymous = process::memory(client.id()).map_or(0.0, |memory| memory.anonymous).max(anonymous);
        let elapsed = client.started().elapsed();
        if index["state"] == "ready" {
            break;
        }
        if elapsed > place.limit() {
            return Err(format!("no index after {} s", elapsed.as_secs()).into());
        }
        // Seldom enough not to be in its way, often enough to be exact to a hundredth.
        std::thread::sleep((elapsed / 100).clamp(Duration::from_millis(1), Duration::from_millis(200)));
    }
    let spent = Spent { wall: client.started().elapsed().as_secs_f64(), cpu: process::cpu(client.id()) };
    let memory = process::memory(client.id()).map(|memory| Memory { anonymous, ..memory });
    client.stop()?;
    Ok(Indexed { spent, memory })
}

/// Times `git log` over everything that the index holds.
///
/// # Errors
/// As [`process::time`].
pub fn git_log(place: &Place) -> Result<Spent> {
    place.time_git(["log", "--raw", "-c", "--no-renames"].into_iter().chain(EVERYTHING))
}

/// Measures the first index, and leaves it there.
///
/// # Errors
/// When there is no index in the end.
pub fn rows(sheet: &mut Sheet, place: &Place) -> Result<()> {
    let mut memory = Vec::new();
    let mut once = |with_git: bool| {
        let theirs = if with_git { git_log(place)? } else { Spent::default() };
        let ours = index(place)?;
        memory.extend(ours.memory);
        Ok((theirs, ours.spent))
    };
    if sheet.wants(&[&specs::INDEX]) {
        let pairs = sheet.attempt(specs::INDEX.id, |pace| pace.pairs(|| once(true)));
        let reference = "`git log --raw -c --no-renames` over the same commits";
        pairs.into_iter().for_each(|pairs| sheet.add(measure::row(&specs::INDEX, reference, &pairs)));
    } else {
        once(false)?;
    }
    sheet.row(&specs::MEMORY, |_| {
        let peaks: Vec<f64> = memory.iter().map(|memory| memory.peak).collect();
        let anonymous = memory.iter().map(|memory| memory.anonymous).fold(0.0, f64::max);
        match peaks.is_empty() {
            true => Err("this system does not tell".into()),
            false => Ok(Row::of_figures(&specs::MEMORY, String::new(), &peaks).noted(format!(
                "resident at the peak, packs mapped into memory included; at most {:.0} MB are not files",
                anonymous / 1e6
            ))),
        }
    });
    sheet.row(&specs::SIZE, |_| {
        let sizes = (place.pack_size()? as f64, place.store_size()? as f64);
        Ok(Row::of_pairs(&specs::SIZE, "the packs".to_owned(), &[sizes]))
    });
    Ok(())
}

/// Measures the first answer after a commit, with a server that runs. Needs a complete index, and spoils it.
///
/// # Errors
/// When git or the server fail.
pub fn update(pace: Pace, place: &Place, file: &File) -> Result<Row> {
    let mut commits = commit_ahead(place, file, pace.most_runs())?.into_iter();
    let mut client = place.server()?;
    let log = json!({"textDocument": files::document(place, &file.path), "limit": 1, "follow": false});
    client.request("hg/fileLog", &log)?;
    let mut stored = Vec::new();
    let row = pace.row(&specs::UPDATE, "`git rev-parse HEAD` as a process", || {
        let theirs = place.time_git(["rev-parse", "HEAD"])?;
        let commit = commits.next().ok_or("not enough commits were made")?;
        let (before, _) = client.request("hg/index", &json!({}))?;
        place.git_line(["update-ref", "HEAD", &commit])?;
        let moved = std::time::Instant::now();
        let (result, wall) = client.request("hg/fileLog", &log)?;
        if result["revisions"][0]["node"] != commit.as_str() {
            return Err("the newest commit is not in the file log".into());
        }
        loop {
            let (now, _) = client.request("hg/index", &json!({}))?;
            if now["state"] == "ready" && now["revisions"].as_u64() > before["revisions"].as_u64() {
                break;
            }
            if moved.elapsed() > place.limit() {
                return Err("the new commit is not indexed".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        stored.push(moved.elapsed().as_secs_f64());
        Ok((theirs, Spent { wall, cpu: 0.0 }))
    })?;
    let stored = super::report::median(stored) * 1000.0;
    Ok(row.noted(format!(
        "the first file log that has the commit; the index has it on the disk {stored:.0} ms after `HEAD` moved"
    )))
}

/// Makes commits on top of `HEAD` that change `file`, and goes back to where `HEAD` was.
fn commit_ahead(place: &Place, file: &File, count: usize) -> Result<Vec<String>> {
    let head = place.git_line(["rev-parse", "HEAD"])?;
    let mut commits = Vec::new();
    for number in 0..count {
        let mut content = fs::OpenOptions::new().append(true).open(place.repo().join(&file.path))?;
        writeln!(content, "line {number}")?;
        drop(content);
        place.git_line(["commit", "--quiet", "--no-verify", "--message=bench", "--only", "--", &file.path])?;
        commits.push(place.git_line(["rev-parse", "HEAD"])?);
    }
    place.move_head(&head)?;
    Ok(commits)
}
