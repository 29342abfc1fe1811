//! Other programs that answer the same questions, where they are installed: what they take for it, to stand beside.

use std::process::Command;
use std::time::Duration;

use super::choose::File;
use super::place::Place;
use super::report::{Spec, median};
use super::sheet::Sheet;
use super::{Result, process, specs};

/// A program.
struct Peer {
    name: &'static str,
    /// What says that it is there and can be used.
    check: &'static [&'static str],
    /// What prepares a repository for it; empty when nothing is needed.
    prepare: &'static [&'static str],
    /// Before the arguments of a question.
    program: &'static [&'static str],
    /// What it takes for a row; `FILE` stands for the file.
    questions: &'static [(&'static Spec, &'static [&'static str])],
}

const PEERS: &[Peer] = &[
    Peer {
        name: "hg with its git extension",
        check: &["hg", "--config", "extensions.git=", "version"],
        prepare: &["hg", "--config", "extensions.git=", "init", "--git", "."],
        program: &["hg", "--config", "extensions.git="],
        questions: &[
            // The first question makes its index.
            (&specs::INDEX, &["log", "-l", "1"]),
            (&specs::ANNOTATE_COLD, &["annotate", "FILE"]),
            (&specs::FILE_LOG_PAGE, &["log", "-l", "20", "FILE"]),
            (&specs::FILE_LOG_ALL, &["log", "FILE"]),
        ],
    },
    Peer {
        name: "gix",
        check: &["gix", "--version"],
        prepare: &[],
        program: &["gix"],
        questions: &[(&specs::ANNOTATE_COLD, &["blame", "FILE"]), (&specs::FILE_LOG_ALL, &["log", "FILE"])],
    },
];

/// No longer than this for a peer: some do not come back.
const PATIENCE: Duration = Duration::from_secs(120);
/// After so many seconds once is enough.
const LONG: f64 = 10.0;

/// Puts the peers' figures beside those that were measured, each in a clone of `source` of its own, made by `clone`.
pub fn beside(sheet: &mut Sheet, file: &File, clone: impl Fn() -> Result<Place>) {
    for peer in PEERS {
        let there = Command::new(peer.check[0]).args(&peer.check[1..]).output();
        if !there.is_ok_and(|output| output.status.success()) {
            sheet.note(format!("{}: not installed", peer.name));
            continue;
        }
        let place = sheet.attempt(peer.name, |_| {
            let place = clone()?;
            if let [program, args @ ..] = peer.prepare {
                process::output(place.command(program).args(args))?;
            }
            Ok(place)
        });
        let Some(place) = place else { continue };
        for (spec, question) in peer.questions {
            if !sheet.has(spec) {
                continue;
            }
            let words = peer.program.iter().chain(*question);
            let words: Vec<&str> = words.map(|word| if *word == "FILE" { &*file.path } else { word }).collect();
            // The first question is what makes an index, so it is never asked twice.
            let runs = if spec.id == specs::INDEX.id { 1 } else { 3 };
            // Who fails once is not asked again: it takes long, and the cause is the same as a rule.
            let Some(times) = sheet.attempt(peer.name, |_| ask(&place, &words, runs)) else { break };
            sheet.peer(spec, peer.name, median(times));
        }
    }
}

fn ask(place: &Place, words: &[&str], runs: usize) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    while times.len() < runs && times.last().is_none_or(|time| *time < LONG) {
        let (program, args) = words.split_first().ok_or("no command")?;
        times.push(process::time(place.command(program).args(args), PATIENCE)?.wall);
    }
    Ok(times)
}
