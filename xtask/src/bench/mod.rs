//! `cargo xtask bench`: the server as its client sees it, each figure beside that of its reference in the same run.
//!
//! One module a concern: what is measured ([`history`], [`files`], [`agree`], [`working`], [`writes`], [`growth`],
//! [`peers`]), with what
//! ([`place`], [`client`], [`process`], [`choose`], [`measure`]), and what comes of it ([`report`], [`table`], [`chart`],
//! [`docs`]). It knows the server by its messages only.

#![allow(clippy::print_stdout, reason = "a command speaks to its user")]

mod agree;
mod chart;
mod choose;
mod client;
mod docs;
mod files;
mod growth;
mod history;
mod machine;
mod measure;
mod peers;
mod place;
mod process;
mod report;
mod sheet;
mod specs;
mod table;
mod working;
mod writes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;

use crate::{synthetic, workspace};
use choose::Files;
use growth::Size;
use measure::Pace;
use place::Place;
use report::{Report, Section};
use sheet::Sheet;

/// Growth is measured from so many commits on.
const SMALLEST: usize = 10;

/// What goes wrong is said to the one who runs it, and nobody else has to understand it.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What `cargo xtask bench` takes.
#[derive(Args)]
pub struct Arguments {
    /// Measure in a clone of this repository, which is not written to. May be given several times. A name for it may stand
    /// before the path. Without it and --synthetic: this project's own repository.
    #[arg(long, value_name = "[NAME=]PATH")]
    repo: Vec<String>,
    /// Measure in a made repository of so many commits, and how everything grows from a tenth of them.
    #[arg(long, value_name = "COMMITS")]
    synthetic: Vec<usize>,
    /// How many times each figure is measured.
    #[arg(long, value_name = "N", default_value_t = 5)]
    runs: usize,
    /// Measure this row, or those whose names begin so.
    #[arg(long, value_name = "ROW", conflicts_with = "write_docs")]
    only: Vec<String>,
    /// Write everything that was measured into this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// How many files to compare with `git blame`, line by line.
    #[arg(long, value_name = "N", default_value_t = 20)]
    files: usize,
    /// Chooses these files; the time when left out.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Measure this server, and build none.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    /// No command and no request may take longer.
    #[arg(long, value_name = "SECONDS", default_value_t = 1800)]
    limit: u64,
    /// A row that has taken so long is not measured once more.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    budget: u64,
    /// How many files the checkout has in which status is measured.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    checkout: usize,
    /// Where made repositories are kept and clones are made; target/bench when left out.
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
    /// Put the result into docs/: the tables, the drawings and the figures. What was measured there on other
    /// repositories stays.
    #[arg(long)]
    write_docs: bool,
    /// Measure nothing, and make the tables and drawings anew from the figures that are there.
    #[arg(long, requires = "write_docs", conflicts_with_all = ["repo", "synthetic", "json"])]
    redraw: bool,
    /// Another folder than docs/.
    #[arg(long, value_name = "FOLDER", requires = "write_docs")]
    docs: Option<PathBuf>,
}

/// Measures, and prints the table.
///
/// # Errors
/// When nothing can be measured. What concerns one row is noted in the report instead.
pub fn run(arguments: &Arguments) -> Result<()> {
    if let Some(unknown) = arguments.only.iter().find(|only| !specs::all().any(|spec| spec.id.starts_with(*only))) {
        let rows: Vec<_> = specs::all().map(|spec| spec.id).collect();
        return Err(format!("no row {unknown}; there are {}", rows.join(", ")).into());
    }
    let docs = arguments.docs.clone().unwrap_or_else(|| workspace().join("docs"));
    if arguments.redraw {
        return docs::write(&docs, Report::default());
    }
    let bench = Bench::new(arguments)?;
    let mut report = Report::default();
    for repo in &arguments.repo {
        let (name, path) = named(repo);
        let path = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
        report.sections.push(bench.repository(&name, &path)?);
    }
    if arguments.repo.is_empty() && arguments.synthetic.is_empty() {
        report.sections.push(bench.repository("hgls", workspace())?);
    }
    for commits in &arguments.synthetic {
        let made = bench.made(*commits)?;
        report.sections.push(bench.repository(&format!("synthetic, {commits} commits"), &made)?);
    }
    report.sections.push(bench.working_copy()?);
    for commits in &arguments.synthetic {
        report.sections.push(bench.growth(*commits)?);
    }
    report.sections.retain(|section| !section.rows.is_empty() || !section.notes.is_empty());
    println!("{}", table::markdown(&report));
    if let Some(file) = &arguments.json {
        fs::write(file, serde_json::to_string_pretty(&report)? + "\n")?;
    }
    if arguments.write_docs {
        docs::write(&docs, report)?;
    }
    Ok(())
}

/// What all sections need.
struct Bench<'a> {
    arguments: &'a Arguments,
    server: PathBuf,
    work: PathBuf,
    seed: u64,
    circumstances: Vec<String>,
}

impl<'a> Bench<'a> {
    fn new(arguments: &'a Arguments) -> Result<Self> {
        let server = arguments.server.clone().map_or_else(build, Ok)?.canonicalize()?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
        let work = arguments.work.clone().unwrap_or_else(|| target.join("bench"));
        fs::create_dir_all(&work)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_secs());
        let circumstances = machine::circumstances(&server);
        Ok(Self { arguments, server, work: work.canonicalize()?, seed: arguments.seed.unwrap_or(now), circumstances })
    }

    fn sheet(&self, name: &str) -> Sheet<'a> {
        let pace = Pace { runs: self.arguments.runs.max(1), budget: self.arguments.budget as f64 };
        Sheet::new(name, &self.arguments.only, pace)
    }

    fn place(&self) -> Result<Place> {
        Place::new(&self.work, &self.server, Duration::from_secs(self.arguments.limit))
    }

    fn clone_of(&self, source: &Path) -> Result<Place> {
        let place = self.place()?;
        place.clone_from(source)?;
        Ok(place)
    }

    fn section(&self, name: &str, subject: String, sheet: Sheet) -> Section {
        let (mut rows, notes) = sheet.finish();
        rows.sort_by_key(|row| specs::all().position(|spec| spec.id == row.id));
        let circumstances = self.circumstances.clone();
        Section { name: name.to_owned(), subject, circumstances, rows, notes, curves: growth::Curves::new() }
    }

    /// The made repository of so many commits.
    fn made(&self, commits: usize) -> Result<PathBuf> {
        let path = self.work.join(format!("synthetic-{commits}-v{}", synthetic::VERSION));
        if !path.exists() {
            eprintln!("making a repository of {commits} commits");
            synthetic::make(commits, &path)?;
        }
        Ok(path)
    }

    /// The rows about one repository.
    fn repository(&self, name: &str, source: &Path) -> Result<Section> {
        let mut sheet = self.sheet(name);
        if !sheet.wants(specs::OF_REPOSITORIES) {
            return Ok(self.section(name, String::new(), sheet));
        }
        eprintln!("{name}: cloning, and looking for files to ask for");
        let place = self.clone_of(source)?;
        let chosen = Files::read(&place)?;
        let commits = place.git_line(["rev-list", "--count", "--branches", "--tags", "--remotes", "HEAD"])?;
        let packs = place.pack_size()? as f64 / 1e6;
        let subject = format!("{commits} commits, {} files of text at `HEAD`, packs of {packs:.0} MB.", chosen.count());
        let (Some(often), Some(seldom)) = (chosen.often(&place), chosen.seldom(&place)) else {
            sheet.note("there is no file of text to ask for");
            return Ok(self.section(name, subject, sheet));
        };
        history::rows(&mut sheet, &place)?;
        place.keep_store(files::INDEXED)?;
        files::annotate_rows(&mut sheet, &place, often);
        place.restore_store(files::INDEXED)?;
        sheet.row(&specs::DIFFER, |_| agree::row(&place, &chosen, self.arguments.files, self.seed));
        sheet.row(&specs::DIFFER_WAYS, |_| agree::row_of_ways(&place, &chosen, self.arguments.files, self.seed));
        files::file_log_rows(&mut sheet, &place, often, seldom);
        place.restore_store(files::INDEXED)?;
        sheet.row(&specs::UPDATE, |pace| history::update(pace, &place, often));
        writes::of_repository(&mut sheet, &place, &seldom.path);
        peers::beside(&mut sheet, often, || self.clone_of(source));
        Ok(self.section(name, subject, sheet))
    }

    /// The rows that need a large working copy, and no history.
    fn working_copy(&self) -> Result<Section> {
        let name = "working copy, buffers and start";
        let mut sheet = self.sheet(name);
        let files = self.arguments.checkout;
        let subject = format!("A made checkout of {files} files in {} folders, one commit.", files.div_ceil(50));
        if sheet.wants(specs::OF_WORKING_COPIES) {
            let place = self.place()?.in_made(working::checkout(&self.work, files)?);
            working::rows(&mut sheet, &place);
        }
        Ok(self.section(name, subject, sheet))
    }

    /// The rows that compare a made repository with smaller ones.
    fn growth(&self, commits: usize) -> Result<Section> {
        let name = "growth";
        let mut sheet = self.sheet(name);
        let mut curves = growth::Curves::new();
        if sheet.wants(specs::OF_GROWTH) {
            let mut sizes = Vec::new();
            // A hundredth is for the curves alone.
            for commits in [commits / 100, commits / 10, commits].into_iter().filter(|commits| *commits >= SMALLEST) {
                sizes.push(Size { commits, place: self.clone_of(&self.made(commits)?)? });
            }
            curves = growth::rows(&mut sheet, &sizes);
        }
        let subject = format!("Made repositories of up to {commits} commits.");
        Ok(Section { curves, ..self.section(name, subject, sheet) })
    }
}

/// Builds the server as it is delivered, and gives its path.
fn build() -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace()).args(["build", "--release", "--package", "hgls"]);
    if !cargo.status()?.success() {
        return Err("hgls does not build".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from);
    Ok(workspace().join(target).join("release").join(format!("hgls{}", std::env::consts::EXE_SUFFIX)))
}

/// The name and the path in `[NAME=]PATH`; without a name, that of the folder.
fn named(repo: &str) -> (String, PathBuf) {
    match repo.split_once('=').filter(|_| !Path::new(repo).exists()) {
        Some((name, path)) => (name.to_owned(), path.into()),
        None => {
            let name = Path::new(repo).file_name().map_or_else(|| repo.into(), |name| name.to_string_lossy());
            (name.into_owned(), repo.into())
        }
    }
}
