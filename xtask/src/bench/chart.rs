//! Drawings of a report, as SVG: the ratios, each beside its goal, and the growth. Both can be read on a light and on a dark
//! page, and without colours.

use std::fmt::Write;

use super::report::{Goal, Report, Row, Section, Unit};
use super::table::{figure, number};

/// What does not depend on the page.
const STYLE: &str = "\
text { font: 12px system-ui, 'DejaVu Sans', sans-serif; } .title { font-size: 15px; font-weight: 600; }
.quiet { font-size: 11px; } .one { stroke-dasharray: 3 3; } .edge, .mark, .line { stroke-width: 2; }
.line { fill: none; } .git { stroke-dasharray: 5 4; }";

/// The colours: of what, and on a light and on a dark page. Written out, for not every viewer knows variables.
const COLOURS: &[(&str, &str, &str)] = &[
    (".page, .missed { fill: X }", "#ffffff", "#0d1117"),
    ("text { fill: X }", "#1f2328", "#f0f6fc"),
    (".quiet { fill: X } .one { stroke: X }", "#59636e", "#9198a1"),
    (".grid { stroke: X }", "#d8dee4", "#2f353d"),
    (".goal { fill: X }", "#dafbe1", "#12361f"),
    (".edge { stroke: X }", "#1a7f37", "#3fb950"),
    (".mark.a, .line.a { stroke: X } .met.a, text.a { fill: X }", "#0550ae", "#58a6ff"),
    (".mark.b, .line.b { stroke: X } .met.b, text.b { fill: X }", "#bc4c00", "#f0883e"),
    (".mark.c, .line.c { stroke: X } .met.c, text.c { fill: X }", "#8250df", "#bc8cff"),
    (".mark.d, .line.d { stroke: X } .met.d, text.d { fill: X }", "#0e6f6f", "#39c5cf"),
];

fn style() -> String {
    let rules = |colour: fn(&(&str, &str, &str)) -> String| COLOURS.iter().map(colour).collect::<Vec<_>>().join("\n");
    let light = rules(|(rule, light, _)| rule.replace('X', light));
    let dark = rules(|(rule, _, dark)| rule.replace('X', dark));
    format!("{STYLE}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}")
}

const CLASSES: [&str; 4] = ["a", "b", "c", "d"];

/// A scale of powers of ten.
struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// One that has room for all values, from `start` to `end` in pixels.
    fn of(values: impl Iterator<Item = f64> + Clone, start: f64, end: f64) -> Self {
        let values = values.filter(|value| *value > 0.0);
        let low = values.clone().fold(f64::INFINITY, f64::min).log10().floor();
        let high = values.fold(0.0, f64::max).log10().ceil();
        match low.is_finite() && high.is_finite() {
            true => Self { low, high: high.max(low + 1.0), start, end },
            false => Self { low: 0.0, high: 1.0, start, end },
        }
    }

    /// Where a value lies.
    fn place(&self, value: f64) -> f64 {
        let part = (value.max(f64::MIN_POSITIVE).log10() - self.low) / (self.high - self.low);
        self.start + part.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// The powers of ten.
    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.low as i32..=self.high as i32).map(|exponent| 10f64.powi(exponent))
    }
}

/// A picture that is being drawn.
struct Picture {
    body: String,
}

impl Picture {
    fn new(title: &str) -> Self {
        let mut picture = Self { body: String::new() };
        picture.text(20.0, 28.0, "title", title);
        picture
    }

    fn add(&mut self, element: std::fmt::Arguments) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.body, "{element}");
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.text_at(x, y, class, "start", text);
    }

    fn text_at(&mut self, x: f64, y: f64, class: &str, anchor: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('`', "");
        self.add(format_args!(r#"<text x="{x:.1}" y="{y:.1}" class="{class}" text-anchor="{anchor}">{text}</text>"#));
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.add(format_args!(r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="{class}"/>"#));
    }

    /// A mark of the series `series`, each of another form: hollow when a goal was missed.
    fn mark(&mut self, series: usize, met: bool, x: f64, y: f64) {
        let class = format!("mark {} {}", CLASSES[series % 4], if met { "met" } else { "missed" });
        let points: &[(f64, f64)] = match series % 4 {
            0 => return self.add(format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="4.5" class="{class}"/>"#)),
            1 => &[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)],
            2 => &[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)],
            _ => &[(0.0, -5.5), (5.5, 4.5), (-5.5, 4.5)],
        };
        let points: Vec<String> = points.iter().map(|(dx, dy)| format!("{:.1},{:.1}", x + dx, y + dy)).collect();
        self.add(format_args!(r#"<polygon points="{}" class="{class}"/>"#, points.join(" ")));
    }

    fn finish(self, width: f64, height: f64, description: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\">\n<desc>{description}</desc>\n<style>\n{}\n</style>\n\
             <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n{}</svg>\n",
            style(),
            self.body
        )
    }
}

/// The ratio of each row in each repository, beside what is to be reached.
pub fn ratios(report: &Report) -> String {
    const WIDTH: f64 = 1000.0;
    const LABELS: f64 = 455.0;
    const TOP: f64 = 78.0;
    const STEP: f64 = 26.0;
    // Growth has a drawing of its own.
    let sections: Vec<&Section> = report.sections.iter().filter(|section| section.curves.is_empty()).collect();
    let compared =
        |section: &&Section| section.rows.iter().filter(|row| ratio(row).is_some()).cloned().collect::<Vec<_>>();
    let all: Vec<Row> = sections.iter().flat_map(compared).collect();
    let mut jobs: Vec<(&str, &str, f64)> = Vec::new();
    for row in &all {
        if let (Goal::Ratio(goal), false) = (row.goal, jobs.iter().any(|(id, ..)| *id == row.id)) {
            jobs.push((&row.id, &row.job, goal));
        }
    }
    // Below each goal there is something to shade.
    let values = all.iter().filter_map(ratio).chain(jobs.iter().map(|(.., goal)| goal * 0.7)).chain([1.0]);
    let scale = Scale::of(values.collect::<Vec<_>>().into_iter(), LABELS, WIDTH - 30.0);
    let bottom = TOP + STEP * jobs.len() as f64;
    let mut picture = Picture::new("Time or size, as a ratio to the reference (1: as much as git takes)");
    let mut x = 20.0;
    for (series, section) in sections.iter().enumerate().filter(|(_, section)| !compared(section).is_empty()) {
        picture.mark(series, true, x + 6.0, 48.0);
        picture.text(x + 17.0, 52.0, "", &section.name);
        x += 45.0 + 6.6 * section.name.chars().count() as f64;
    }
    picture.text_at(WIDTH - 30.0, 52.0, "quiet", "end", "shaded: the goal; hollow: missed");
    for tick in scale.ticks() {
        let x = scale.place(tick);
        picture.line(if tick == 1.0 { "one" } else { "grid" }, (x, TOP - 6.0), (x, bottom));
        picture.text_at(x, bottom + 16.0, "quiet", "middle", &number(tick));
    }
    for (place, (id, job, goal)) in jobs.iter().enumerate() {
        let y = TOP + STEP * (place as f64 + 0.5);
        let edge = scale.place(*goal);
        picture.text_at(LABELS - 12.0, y + 4.0, "", "end", job);
        let (top, width, height) = (y - 8.0, edge - LABELS, 16);
        picture.add(format_args!(
            r#"<rect x="{LABELS}" y="{top:.1}" width="{width:.1}" height="{height}" class="goal"/>"#
        ));
        picture.line("edge", (edge, y - 8.0), (edge, y + 8.0));
        for (series, section) in sections.iter().enumerate() {
            if let Some(row) = section.rows.iter().find(|row| row.id == *id) {
                ratio(row).into_iter().for_each(|ratio| picture.mark(series, row.met, scale.place(ratio), y));
            }
        }
    }
    picture.finish(WIDTH, bottom + 34.0, "Ratios of hgls to the reference, each beside its goal")
}

fn ratio(row: &Row) -> Option<f64> {
    row.ratio.filter(|ratio| *ratio > 0.0)
}

/// The curves of the first section that has any: seconds over commits. Those of git are broken lines.
pub fn growth(report: &Report) -> String {
    const WIDTH: f64 = 1000.0;
    const HEIGHT: f64 = 480.0;
    const LEFT: f64 = 70.0;
    const RIGHT: f64 = 690.0;
    const BOTTOM: f64 = 430.0;
    const APART: f64 = 15.0;
    let mut picture = Picture::new("Seconds, by the number of commits");
    let curves = report.sections.iter().find(|section| !section.curves.is_empty()).map(|section| &section.curves);
    let points = || curves.into_iter().flatten().flat_map(|(_, points)| points.iter().copied()).collect::<Vec<_>>();
    let across = Scale::of(points().into_iter().map(|point| point.0), LEFT, RIGHT);
    let up = Scale::of(points().into_iter().map(|point| point.1), BOTTOM, 50.0);
    for tick in across.ticks() {
        picture.line("grid", (across.place(tick), 50.0), (across.place(tick), BOTTOM));
        picture.text_at(across.place(tick), BOTTOM + 18.0, "quiet", "middle", &grouped(tick));
    }
    for tick in up.ticks() {
        picture.line("grid", (LEFT, up.place(tick)), (RIGHT, up.place(tick)));
        picture.text_at(LEFT - 8.0, up.place(tick) + 4.0, "quiet", "end", &format!("{tick} s"));
    }
    let mut ends = Vec::new();
    for (name, points) in curves.into_iter().flatten() {
        let class = class_of(name);
        let git = if name.starts_with("git") { " git" } else { "" };
        let places: Vec<(f64, f64)> = points.iter().map(|point| (across.place(point.0), up.place(point.1))).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        picture.add(format_args!(r#"<polyline points="{}" class="line {class}{git}"/>"#, path.join(" ")));
        for (x, y) in &places {
            picture.add(format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" class="mark met {class}"/>"#));
        }
        if let (Some(place), Some(point)) = (places.last(), points.last()) {
            ends.push((place.1, *place, class, format!("{name}: {}", figure(point.1, Unit::Seconds))));
        }
    }
    // Names that would lie upon one another move down.
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = f64::NEG_INFINITY;
    for (y, end, class, name) in ends {
        let y = y.max(free);
        free = y + APART;
        picture.line("grid", (end.0 + 5.0, end.1), (RIGHT + 18.0, y));
        picture.text(RIGHT + 22.0, y + 4.0, class, &name);
    }
    picture.finish(WIDTH, HEIGHT, "Seconds over the number of commits, both in powers of ten")
}

/// Curves about the same job have the same colour.
fn class_of(curve: &str) -> &'static str {
    let words = [("index", "a"), ("--raw", "a"), ("log", "b"), ("process", "d")];
    words.iter().find(|(word, _)| curve.contains(word)).map_or("c", |(_, class)| class)
}

/// A whole number with its thousands apart.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}
