// One row of the log as elements: its piece of the graph, its names, its message, who and when.
import { ago } from '../../text/ago';
import { changesetName } from '../../text/plain';
import type { Row } from '../lanes';
import type { Texts } from '../messages';
import { WORKING_DIRECTORY, type LogRow } from '../rows';
import { describe, say, sayCount, titleOf } from './describe';
import { element, svgElement } from './elements';
import { columnX, graphWidth, linesOf, type Metrics } from './lines';

/** What rows are drawn with. */
export interface Drawing {
  readonly texts: Texts;
  readonly language: string;
  readonly metrics: Metrics;
  /** Columns further right are not drawn: there has to be room for the message. */
  readonly mostColumns: number;
  /** In seconds since 1970. */
  readonly now: number;
}

export function rowElement(row: LogRow, layout: Row, drawing: Drawing): HTMLElement {
  const { texts, now, language } = drawing;
  const isWorkingDirectory = row.node === WORKING_DIRECTORY;
  const said = describe(row, texts, now, language);
  const title = element('span', 'summary', titleOf(row, texts));
  // Where it is narrow most of it is cut off.
  title.title = said;
  const names = row.labels.map(label => {
    const made = element('span', `label ${label.kind}`, label.name);
    made.title = say(texts, label.kind, label.name);
    return made;
  });
  const labels = names.length === 0 ? [] : [element('span', 'labels', ...names)];
  const made = element('div', 'row', graphElement(row, layout, drawing), ...labels, title);
  if (!isWorkingDirectory) {
    const phase = element('span', `phase ${row.phase}`, row.phase === 'public' ? '' : texts[row.phase]);
    const when = element('span', 'when', ago(row.date, now, language));
    made.append(phase, element('span', 'user', row.user), when, element('code', 'name', changesetName(row)));
  }
  made.classList.toggle('checked-out', row.isCheckedOut);
  made.classList.toggle('working-directory', isWorkingDirectory);
  made.setAttribute('role', 'option');
  made.setAttribute('aria-label', said);
  made.style.height = `${drawing.metrics.rowHeight}px`;
  return made;
}

function graphElement(row: LogRow, layout: Row, drawing: Drawing): SVGSVGElement {
  const { metrics, mostColumns, texts, language } = drawing;
  const columns = Math.min(layout.columns, mostColumns);
  const width = graphWidth(columns, metrics);
  const svg = svgElement('svg', {
    width,
    height: metrics.rowHeight,
    viewBox: `0 0 ${width} ${metrics.rowHeight}`,
    'aria-hidden': 'true',
  });
  if (layout.columns > columns) {
    const hidden = svgElement('title', {});
    hidden.textContent = sayCount(texts, 'moreLanes', layout.columns - columns, language);
    svg.append(hidden);
  }
  for (const line of linesOf(layout, metrics)) {
    const dashed = line.dashed ? ' dashed' : '';
    svg.append(svgElement('path', { d: line.path, class: `line lane-${line.colour}${dashed}` }));
  }
  svg.append(nodeElement(row, layout, metrics));
  return svg;
}

/** Public changesets are filled, others are rings: the phase shows without its colour, too. */
function nodeElement(row: LogRow, layout: Row, metrics: Metrics): SVGElement {
  const centre = { cx: columnX(layout.column, metrics), cy: metrics.rowHeight / 2 };
  const kind = row.node === WORKING_DIRECTORY ? 'working-directory' : row.phase;
  const node = svgElement('circle', { ...centre, r: 4, class: `dot lane-${layout.colour} ${kind}` });
  if (!row.isCheckedOut) return node;
  const group = svgElement('g', {});
  group.append(svgElement('circle', { ...centre, r: 7, class: `halo lane-${layout.colour}` }), node);
  return group;
}
