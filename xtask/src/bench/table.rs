//! A report as text: the tables, for the terminal and for docs/BENCHMARKS.md.

use super::report::{Goal, Report, Row, Section, Unit};

/// All sections, each with a heading, in Markdown.
pub fn markdown(report: &Report) -> String {
    report.sections.iter().map(section).collect::<Vec<_>>().join("\n")
}

/// One section.
pub fn section(section: &Section) -> String {
    let mut text = format!("### {}\n\n{}\n\n", section.name, section.subject);
    text += &format!("Measured with: {}.\n\n", section.circumstances.join("; "));
    if !section.rows.is_empty() {
        text += "| job | hgls | against | | ratio | at most | |\n|---|--:|---|--:|--:|--:|---|\n";
        section.rows.iter().for_each(|row| text += &line(row));
        text.push('\n');
    }
    let notes = section.rows.iter().filter_map(|row| Some(format!("{}: {}", row.id, row.note.as_ref()?)));
    let peers = section.rows.iter().flat_map(|row| {
        row.peers.iter().map(|(name, seconds)| format!("{}: {name} {}", row.id, figure(*seconds, row.unit)))
    });
    let notes: Vec<String> = notes.chain(peers).chain(section.notes.iter().cloned()).collect();
    notes.iter().for_each(|note| text += &format!("- {note}\n"));
    text
}

fn line(row: &Row) -> String {
    let against = row.against.map(|figure_| figure(figure_, row.unit)).unwrap_or_default();
    let ratio = match (row.ratio, row.cpu_ratio) {
        (None, _) => String::new(),
        (Some(ratio), None) => number(ratio),
        (Some(ratio), Some(cpu)) => format!("{} (CPU {})", number(ratio), number(cpu)),
    };
    let goal = match row.goal {
        Goal::Ratio(most) => number(most),
        Goal::Most(0.0) => "none".to_owned(),
        Goal::Most(most) => figure(most, row.unit),
    };
    let met = if row.met { "met" } else { "**missed**" };
    let (job, reference, ours) = (&row.job, &row.reference, figure(row.measured, row.unit));
    format!("| {job} (`{}`, {}×) | {ours} | {reference} | {against} | {ratio} | {goal} | {met} |\n", row.id, row.runs)
}

/// A figure with its unit, three digits of it.
pub fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Lines => format!("{value:.0} lines"),
        Unit::Bytes => format!("{} MB", number(value / 1e6)),
        Unit::Seconds if value < 1.0 => format!("{} ms", number(value * 1000.0)),
        Unit::Seconds => format!("{} s", number(value)),
    }
}

/// A number with three digits that say something.
pub fn number(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        0.1.. => 2,
        0.01.. => 3,
        _ => 4,
    };
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        assert_eq!(figure(0.0123, Unit::Seconds), "12.3 ms");
        assert_eq!(figure(12.345, Unit::Seconds), "12.3 s");
        assert_eq!(figure(300e6, Unit::Bytes), "300 MB");
        assert_eq!(figure(0.0, Unit::Lines), "0 lines");
        assert_eq!(
            (number(0.0182), number(0.25), number(11.0)),
            ("0.018".to_owned(), "0.25".to_owned(), "11".to_owned())
        );
    }
}
