//! The rows about growth: the same questions in made repositories, each with ten times the commits of the one before. The
//! file that is asked for has changed equally often in all of them.

use std::collections::BTreeMap;

use super::measure::{Pace, row};
use super::place::Place;
use super::process::Spent;
use super::report::{Row, Spec, median};
use super::sheet::Sheet;
use super::{Result, files, history, specs};
use crate::synthetic::{OFTEN, SELDOM};

/// A made repository of a number of commits.
pub struct Size {
    pub commits: usize,
    pub place: Place,
}

/// Points for a chart, by the name of the curve: commits and seconds.
pub type Curves = BTreeMap<String, Vec<(f64, f64)>>;

/// Something that is measured in each of the repositories.
type Task<'a> = &'a mut dyn FnMut(&Place) -> Result<Spent>;

/// Measures at all sizes, the smallest first; the rows compare the last two.
pub fn rows(sheet: &mut Sheet, sizes: &[Size]) -> Curves {
    let mut curves = Curves::new();
    let mut measure = |sheet: &mut Sheet, what: &str, spec: Option<&Spec>, task: Task| {
        let Some(times) = sheet.attempt(&format!("growth, {what}"), |pace| at_all_sizes(pace, sizes, task)) else {
            return;
        };
        let points = sizes.iter().zip(&times);
        let points = points.map(|(size, times)| (size.commits as f64, median(times.iter().map(|time| time.wall))));
        curves.insert(what.to_owned(), points.collect());
        if let (Some(spec), [.., smaller, larger], [.., size, _]) = (spec, times.as_slice(), sizes) {
            let pairs: Vec<_> = smaller.iter().copied().zip(larger.iter().copied()).collect();
            sheet.add(growth_row(spec, size.commits, &pairs));
        }
    };
    // The last run leaves the index there for those that follow.
    let wanted = |sheet: &Sheet, spec: &Spec| sheet.wants(&[spec]);
    measure(sheet, "hgls, first full index", Some(&specs::GROWTH_INDEX), &mut |place| Ok(history::index(place)?.spent));
    if wanted(sheet, &specs::GROWTH_INDEX) {
        measure(sheet, "git log --raw -c", None, &mut history::git_log);
    }
    if wanted(sheet, &specs::GROWTH_FILE_LOG) {
        measure(sheet, "git log -20 of a file", None, &mut |place| place.time_git(["log", "-20", "HEAD", "--", OFTEN]));
        measure(sheet, "hgls, file log of 20", Some(&specs::GROWTH_FILE_LOG), &mut |place| {
            let mut client = files::running_server(place, SELDOM)?;
            Ok(files::file_log(&mut client, place, OFTEN, 20, false)?.1)
        });
    }
    if !sheet.wants(&[&specs::GROWTH_ANNOTATE]) && !sheet.wants(&[&specs::GROWTH_ANNOTATE_PROCESS]) {
        return curves;
    }
    measure(sheet, "git blame", None, &mut |place| place.time_git(["blame", "HEAD", "--", OFTEN]));
    let stored = sheet.attempt("growth, annotating once", |_| {
        sizes.iter().try_for_each(|size| files::annotate_and_store(&size.place, OFTEN))
    });
    if stored.is_some() {
        measure(sheet, "hgls, annotate again", Some(&specs::GROWTH_ANNOTATE), &mut |place| {
            let mut client = files::running_server(place, SELDOM)?;
            Ok(files::annotate(&mut client, place, OFTEN)?.1)
        });
        let process = Some(&specs::GROWTH_ANNOTATE_PROCESS);
        measure(sheet, "hgls, annotate again, new process", process, &mut |place| {
            Ok(files::annotate(&mut place.server()?, place, OFTEN)?.1)
        });
    }
    curves
}

/// The times of each size, measured in turn.
fn at_all_sizes(pace: Pace, sizes: &[Size], task: Task) -> Result<Vec<Vec<Spent>>> {
    let mut times = vec![Vec::new(); sizes.len()];
    pace.pairs(|| {
        for (size, times) in sizes.iter().zip(&mut times) {
            times.push(task(&size.place)?);
        }
        Ok((Spent::default(), Spent::default()))
    })?;
    // The first was to warm up, unless it is all there is.
    for times in times.iter_mut().filter(|times| times.len() > 1) {
        times.remove(0);
    }
    Ok(times)
}

fn growth_row(spec: &Spec, commits: usize, pairs: &[(Spent, Spent)]) -> Row {
    row(spec, format!("the same with {commits} commits"), pairs)
}
