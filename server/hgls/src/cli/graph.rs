//! Graphs of history in characters, as `hg log -G` draws them. Knows numbers, lanes and lines of text, and nothing of
//! changesets.
//!
//! Each open edge has a lane: two columns, one for the edge and one for the slope to the next lane. A node takes its lane
//! away and puts those of its new parents there, so that all lanes to its right move by one at most; a node with more than
//! two new parents gets further lines until all its lanes are open. The layout is that of Mercurial's `graphmod.py`.

use std::collections::HashMap;

use hgls_core::model::edges::Edge;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Is(char),
    /// The lane of a [`Edge::Missing`], which ends before the next node.
    Ending,
}

const BLANK: Cell = Cell::Is(' ');

/// A graph while it is drawn, from the newest node down.
#[derive(Default)]
pub struct Graph {
    /// The nodes that lanes lead to, from left to right.
    lanes: Vec<i32>,
    /// What the lanes are drawn with; `|` where nothing is said.
    edges: HashMap<i32, Cell>,
    last_shift: isize,
    last_at: usize,
}

/// A node, or one more line of a node with many parents, as it is laid out.
struct Place {
    at: usize,
    symbol: char,
    /// From lanes of this line to lanes of the next.
    slopes: Vec<(usize, usize)>,
    lanes: usize,
    /// How many lanes there are more in the next line: -1, 0 or 1.
    shift: isize,
}

impl Graph {
    /// Draws `node` with `text` beside it, and its edges down to the next one.
    pub fn node(&mut self, node: i32, symbol: char, parents: &[(i32, Edge)], text: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let mut text = text.to_vec();
        for place in self.places(node, symbol, parents) {
            self.draw(place, std::mem::take(&mut text), &mut lines);
        }
        lines
    }

    /// How many columns the graph takes beside the text of `node`.
    pub fn width(&self, node: i32, parents: &[(i32, Edge)]) -> usize {
        let lanes = self.lanes.len() + usize::from(!self.lanes.contains(&node));
        let new = parents.iter().filter(|(parent, _)| *parent != node && !self.lanes.contains(parent)).count();
        1 + 2 * lanes + if new > 1 { 2 } else { 0 }
    }

    fn places(&mut self, node: i32, mut symbol: char, parents: &[(i32, Edge)]) -> Vec<Place> {
        let mut at = match self.lanes.iter().position(|lane| *lane == node) {
            Some(at) => at,
            None => {
                self.lanes.push(node);
                self.lanes.len() - 1
            }
        };
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for (parent, edge) in parents.iter().filter(|(parent, _)| *parent != node) {
            if self.lanes.contains(parent) {
                known.push(*parent);
            } else {
                new.push(*parent);
                let cell = match edge {
                    Edge::Parent => Cell::Is('|'),
                    Edge::Elided => Cell::Is(':'),
                    Edge::Missing => Cell::Ending,
                };
                self.edges.insert(*parent, cell);
            }
        }
        let mut lanes = self.lanes.len();
        self.lanes.splice(at..=at, new.iter().copied());
        let target = |parent: &i32| self.lanes.iter().position(|lane| lane == parent);
        let mut slopes: Vec<_> = known.iter().filter_map(|parent| Some((at, target(parent)?))).collect();
        let mut places = Vec::new();
        for _ in 2..new.len() {
            slopes.extend([(at, at), (at, at + 1)]);
            places.push(Place { at, symbol, slopes: std::mem::take(&mut slopes), lanes, shift: 1 });
            symbol = '\\';
            at += 1;
            lanes += 1;
        }
        slopes.extend((0..new.len().min(2)).map(|lane| (at, at + lane)));
        let shift = self.lanes.len() as isize - lanes as isize;
        self.edges.remove(&node);
        places.push(Place { at, symbol, slopes, lanes, shift });
        places
    }

    fn draw(&mut self, place: Place, text: Vec<Vec<u8>>, out: &mut Vec<Vec<u8>>) {
        let Place { at, symbol, mut slopes, lanes, shift } = place;
        let below = lanes.saturating_add_signed(shift);
        let lane = |lane: &i32| [self.edges.get(lane).copied().unwrap_or(Cell::Is('|')), BLANK];
        let mut upright: Vec<Cell> = self.lanes.iter().flat_map(lane).collect();
        while upright.len() < 2 * below {
            upright.extend([Cell::Is('|'), BLANK]);
        }
        let left = &upright[..(2 * at).min(upright.len())];
        let right = lanes - at - 1;
        let rest = &upright[upright.len().saturating_sub(2 * right)..];
        if shift < 0 {
            // Lanes on the right move left meanwhile: what leads there starts from one further.
            slopes.iter_mut().filter(|(from, to)| to > from).for_each(|(_, to)| *to += 1);
        }
        let far_right = slopes.iter().any(|(from, to)| from + 1 < *to);
        let padded = text.len() > 2 && shift < 0 && far_right;
        let is_short = text.len() <= 2 && !padded;

        let mut first = left.to_vec();
        first.extend([Cell::Is(symbol), BLANK]);
        if is_short && shift != 0 && shift == self.last_shift {
            // Lanes that move the same way in two lines, one below the other, need no upright one between.
            if shift < 0 {
                let start = (at + 1).max(self.last_at);
                first.extend_from_slice(upright.get(2 * at..2 * (start - 1)).unwrap_or_default());
                (start..lanes).for_each(|_| first.extend([Cell::Is('/'), BLANK]));
            } else {
                (0..right).for_each(|_| first.extend([Cell::Is('\\'), BLANK]));
            }
        } else {
            first.extend_from_slice(rest);
        }

        let mut between = left.to_vec();
        between.resize(2 * at + 2usize.saturating_add_signed(shift), BLANK);
        match shift {
            0 => between.extend_from_slice(upright.get(2 * (at + 1)..2 * lanes).unwrap_or_default()),
            _ => (0..right).for_each(|_| between.extend([Cell::Is(if shift < 0 { '/' } else { '\\' }), BLANK])),
        }
        join(&slopes, &upright, &mut first, &mut between);

        let mut lines = vec![first];
        if padded {
            let own = slopes.iter().any(|(from, to)| *from == at && (*to == at || to + 1 == at));
            let mut padding = left.to_vec();
            match upright.get(2 * at..2 * (at + 1)).filter(|_| own) {
                Some(edge) => padding.extend_from_slice(edge),
                None => padding.extend([BLANK, BLANK]),
            }
            padding.extend_from_slice(rest);
            lines.push(padding);
        }
        lines.push(between);
        let straight = &upright[..2 * below];
        while lines.len() < text.len() {
            lines.push(straight.to_vec());
        }
        self.end_missing(&mut lines, straight);

        let width = 2 * lanes.max(below);
        let mut text = text.into_iter();
        for line in lines {
            let drawn = line.into_iter().map(|cell| match cell {
                Cell::Is(character) => character as u8,
                Cell::Ending => b' ',
            });
            let mut drawn: Vec<u8> = drawn.collect();
            drawn.resize(drawn.len().max(width), b' ');
            drawn.push(b' ');
            drawn.extend(text.next().unwrap_or_default());
            drawn.truncate(drawn.trim_ascii_end().len());
            out.push(drawn);
        }
        (self.last_shift, self.last_at) = (shift, at);
    }

    /// Draws the ends of lanes that lead nowhere, moves those beside them into their room, and forgets them.
    fn end_missing(&mut self, lines: &mut Vec<Vec<Cell>>, straight: &[Cell]) {
        if !self.edges.values().any(|cell| *cell == Cell::Ending) {
            return;
        }
        let mut lanes: Vec<Cell> = straight.iter().step_by(2).copied().collect();
        while lanes.last() == Some(&Cell::Ending) {
            lanes.pop();
        }
        let holes = lanes.iter().filter(|cell| **cell == Cell::Ending).count();
        let rows = (2 * holes).saturating_sub(1);
        while lines.len() < 3 + rows {
            lines.push(straight.to_vec());
        }
        if let Some(hole) = lanes.iter().position(|cell| *cell == Cell::Ending).filter(|_| rows > 0) {
            let moving: Vec<usize> =
                (hole..straight.len() / 2).filter(|lane| straight[2 * lane] != Cell::Ending).collect();
            let mut columns: Vec<usize> = moving.iter().map(|lane| 2 * lane).collect();
            let first_row = lines.len() - rows;
            for line in &mut lines[first_row..] {
                line.iter_mut().skip(2 * hole).for_each(|cell| *cell = BLANK);
                for (nth, (column, lane)) in columns.iter_mut().zip(&moving).enumerate() {
                    let target = 2 * (hole + nth);
                    // One that has arrived stays. (Mercurial draws it one column too far to the left.)
                    *column = column.saturating_sub(1).max(target);
                    if let Some(cell) = line.get_mut(*column) {
                        *cell = if *column > target { Cell::Is('/') } else { straight[2 * lane] };
                    }
                }
            }
        }
        for (row, line) in lines.iter_mut().enumerate() {
            let end = match row {
                1 => Cell::Is('|'),
                2 => Cell::Is('~'),
                _ => BLANK,
            };
            line.iter_mut().filter(|cell| **cell == Cell::Ending).for_each(|cell| *cell = end);
        }
        let edges = &mut self.edges;
        self.lanes.retain(|lane| edges.get(lane) != Some(&Cell::Ending));
        edges.retain(|_, cell| *cell != Cell::Ending);
    }
}

/// Draws what leads from the node to lanes of the next line: slopes to neighbours, dashes in the node's line to lanes
/// further away.
fn join(slopes: &[(usize, usize)], upright: &[Cell], first: &mut [Cell], between: &mut [Cell]) {
    for (from, to) in slopes.iter().copied() {
        let (low, high) = (from.min(to), from.max(to));
        let (column, cell) = match to as isize - from as isize {
            -1 => (2 * to + 1, Cell::Is('/')),
            1 => (2 * from + 1, Cell::Is('\\')),
            0 => (2 * from, upright.get(2 * from).copied().unwrap_or(BLANK)),
            _ => {
                if let Some(cell) = first.get_mut(2 * to) {
                    *cell = Cell::Is('+');
                    let dashes = first.iter_mut().take(2 * high).skip(2 * low + 1);
                    dashes.filter(|cell| **cell != Cell::Is('+')).for_each(|cell| *cell = Cell::Is('-'));
                }
                continue;
            }
        };
        if let Some(place) = between.get_mut(column) {
            *place = cell;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws nodes that are described as `number: parents`, with lines of text.
    fn draw(nodes: &[(i32, &[(i32, Edge)])], lines: usize) -> String {
        let mut graph = Graph::default();
        let mut drawn = String::from("\n");
        for (node, parents) in nodes {
            let mut text = vec![node.to_string().into_bytes()];
            text.resize(lines, Vec::new());
            for line in graph.node(*node, 'o', parents, &text) {
                drawn.push_str(&String::from_utf8_lossy(&line));
                drawn.push('\n');
            }
        }
        drawn
    }

    use Edge::{Elided, Missing, Parent};

    #[test]
    fn a_branch_and_its_merge() {
        let nodes: &[(i32, &[(i32, Edge)])] = &[
            (4, &[(2, Parent), (3, Parent)]),
            (3, &[(1, Parent)]),
            (2, &[(1, Parent)]),
            (1, &[(0, Parent)]),
            (0, &[]),
        ];
        assert_eq!(
            draw(nodes, 1),
            r"
o    4
|\
| o  3
| |
o |  2
|/
o  1
|
o  0

"
        );
    }

    #[test]
    fn edges_past_what_is_not_drawn_and_to_nowhere() {
        let nodes: &[(i32, &[(i32, Edge)])] = &[(9, &[(5, Elided)]), (7, &[(3, Missing)]), (5, &[(2, Missing)])];
        assert_eq!(
            draw(nodes, 1),
            r"
o  9
:
: o  7
: |
: ~
o  5
|
~
"
        );
    }

    #[test]
    fn an_octopus_has_a_lane_for_each_parent() {
        let nodes: &[(i32, &[(i32, Edge)])] = &[
            (4, &[(1, Parent), (2, Parent), (3, Parent)]),
            (3, &[(0, Parent)]),
            (2, &[(0, Parent)]),
            (1, &[(0, Parent)]),
            (0, &[]),
        ];
        assert_eq!(
            draw(nodes, 1),
            r"
o    4
|\
| \
| |\
| | o  3
| | |
| o |  2
| |/
o /  1
|/
o  0

"
        );
    }
}
