// The two files of the project of the pictures that are looked at line by line, in each of their versions.
//
// A file is written as one table: before each line stands the version that it came with, and after a dash the one that it
// went with. So a version says itself which lines it changed, and the last one has lines of all of them.

const FORECAST = `
1    //! Predicts the tide at a station from its harmonic constituents.
4    //! Heights are metres above chart datum, times hours since midnight.
1
1-3  use crate::station::Station;
3    use crate::station::{Constituent, Station};
4    use crate::units::{Hours, Metres};
1
5    /// How far apart heights are compared before a turn is narrowed down.
5    const STEP: Hours = Hours(0.25);
7    /// Metres of water for each hectopascal below normal pressure.
7    const PER_HECTOPASCAL: f64 = 0.01;
1
1    /// A high or a low water.
9    #[derive(Clone, Copy, Debug, PartialEq)]
1    pub struct Turn {
1-4      pub at: f64,
4        pub at: Hours,
1-4      pub height: f64,
4        pub height: Metres,
1        pub is_high: bool,
10       /// Too little water below the keel.
10       pub is_shallow: bool,
1    }
1
1    /// The height of the water at a moment.
1-4  pub fn height(station: &Station, hours: f64) -> f64 {
4    pub fn height(station: &Station, at: Hours) -> Metres {
1-4      let mut sum = station.mean_level;
4        let mut sum = station.mean_level.0;
1        for constituent in &station.constituents {
1-2          sum += constituent.amplitude * (constituent.speed * hours).cos();
2-3          let angle = constituent.speed * hours - constituent.phase;
2-3          sum += constituent.amplitude * angle.cos();
3            sum += share(constituent, at);
1        }
7        sum += surge(station.pressure);
1-4      sum
4        Metres(sum)
1    }
2
3    /// What one constituent adds at a moment.
2    fn share(constituent: &Constituent, at: Hours) -> f64 {
2        let angle = constituent.speed * at.0 - constituent.phase;
8        let amplitude = constituent.amplitude * constituent.node_factor;
2-8      constituent.amplitude * angle.cos()
8        amplitude * angle.cos()
2    }
7
7    /// Low pressure lets the water rise, high pressure holds it down.
7    fn surge(pressure: Option<f64>) -> f64 {
7        pressure.map_or(0.0, |now| (1013.25 - now) * PER_HECTOPASCAL)
7    }
1
1    /// The turns of a day, the earliest first.
1-10 pub fn turns(station: &Station) -> Vec<Turn> {
10   pub fn turns(station: &Station, draught: Metres) -> Vec<Turn> {
6        if station.constituents.is_empty() {
6            return Vec::new();
6        }
1        let mut turns = Vec::new();
1        let mut at = Hours(0.0);
1-9      while at < Hours(24.0) {
9        // On the day that the clocks change it has 23 or 25 hours.
9        while at < station.day_length() {
5            let [before, here, after] = around(station, at);
5            if (here - before).signum() != (after - here).signum() {
5                let at = narrowed(station, at);
4                let height = height(station, at);
1                let is_high = here > before;
10               let is_shallow = height < draught;
10               turns.push(Turn { at, height, is_high, is_shallow });
1-10             turns.push(Turn { at, height, is_high });
1            }
5            at += STEP;
1        }
1        turns
1    }
`;

const REPORT = `
1    //! The turns of a day as lines of text.
1
1    use crate::forecast::Turn;
1
1    /// One line for each turn.
1    pub fn table(turns: &[Turn]) -> String {
1        let mut text = String::new();
1        for turn in turns {
1            let name = if turn.is_high { "high" } else { "low" };
1-2          text += &format!("{:5.2} {name}\\n", turn.at.0);
2            text += &format!("{} {name} {:.1} m\\n", turn.at, turn.height.0);
1        }
1        text
1    }
2
2    /// The headline: where, and on which day.
2-3  pub fn headline(station: &str, day: &str) -> String {
2-3      format!("{station}, {day}\\n")
2-3  }
3    pub fn headline(station: &str, day: Day) -> String {
3        format!("{station}, {}\\n", day.in_words())
3    }
2
2    /// The lowest water of the day, which the harbour master asks for.
2    pub fn lowest(turns: &[Turn]) -> Option<&Turn> {
2        turns.iter().min_by(|one, other| one.height.total_cmp(&other.height))
2    }
3
3    /// What small boats are told when it falls dry.
3    pub fn warning(turns: &[Turn]) -> Option<String> {
3        let turn = turns.iter().find(|turn| turn.is_shallow)?;
3        Some(format!("shallow at {}\\n", turn.at))
3    }
`;

/** `src/forecast.rs`, which has ten versions. */
export const forecast = (version: number): string => versionOf(FORECAST, version);
/** `src/report.rs`, which has two; the third is not committed. */
export const report = (version: number): string => versionOf(REPORT, version);

function versionOf(table: string, version: number): string {
  const lines = table.trim().split('\n');
  const there = lines.filter(line => {
    const [since = 0, until = Infinity] = line.slice(0, 5).trim().split('-').map(Number);
    return since <= version && version < until;
  });
  return there.map(line => `${line.slice(5)}\n`).join('');
}
