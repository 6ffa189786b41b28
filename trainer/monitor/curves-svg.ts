import { escapeMarkup } from '../../base/markup.ts';
import type { LogLine } from './log.ts';
import { type Point, type Series, seriesOf, thinned } from './series.ts';

interface Panel {
  readonly title: string;
  readonly kind: LogLine['kind'];
  readonly field: string;
}

const PANELS: readonly Panel[] = [
  { title: 'loss', kind: 'batch', field: 'loss' },
  { title: 'collapseness', kind: 'batch', field: 'collapseness' },
  { title: 'hardness', kind: 'batch', field: 'hardness' },
  { title: 'validation R@1', kind: 'validation', field: 'recallAt1' },
  { title: 'learning rate', kind: 'batch', field: 'rate' },
];

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [760, 150, 64, 12, 28, 22];
/** Of a stage's curve. */
const MOST_POINTS = 300;
/** Curves of more points are drawn without dots. */
const MOST_DOTS = 40;
const LOGARITHMIC_FROM = 10;

const STYLE = `
  svg { background: #ffffff; font: 12px system-ui, sans-serif; }
  text { fill: #30343a; } .quiet { fill: #6b7280; font-size: 11px; }
  .grid { stroke: #e3e6ea; } .stage { stroke: #9aa1ab; stroke-dasharray: 3 3; }
  .curve { fill: none; stroke: #1d6fb8; stroke-width: 1.6; stroke-linejoin: round; } .dot { fill: #1d6fb8; }
  @media (prefers-color-scheme: dark) {
    svg { background: #15181c; } text { fill: #e4e7eb; } .quiet { fill: #98a1ad; }
    .grid { stroke: #2b3037; } .stage { stroke: #69717c; } .curve { stroke: #6cb6f5; } .dot { fill: #6cb6f5; }
  }`;

/** The curves of a run's log as a picture: a panel for each figure that the log has, over the updates of all stages. */
export function curvesSvg(lines: readonly LogLine[]): string {
  const series = seriesOf(
    lines,
    PANELS.map(({ field }) => field),
  );
  const drawn = PANELS.map((panel) => ({ ...panel, points: series.points(panel.kind, panel.field) })).filter(
    ({ points }) => points.length > 0,
  );
  const height = Math.max(1, drawn.length) * HEIGHT + 8;
  const panels = drawn.map(({ title, points }, at) => panelSvg(title, points, series, at * HEIGHT));
  const body = panels.length > 0 ? panels.join('\n') : `<text x="${LEFT}" y="40">no update has been logged yet</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<style>${STYLE}
</style>
${body}
</svg>
`;
}

function panelSvg(title: string, all: readonly (readonly Point[])[], { stages, end }: Series, top: number): string {
  const curves = all.map((points) => thinned(points, MOST_POINTS));
  const scale = scaleOf(curves.flatMap((points) => points.map(({ y }) => y)));
  const px = (x: number): string => (LEFT + (x / Math.max(1, end)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const bottom = top + HEIGHT - BOTTOM;
  const py = (y: number): string => (bottom - scale.place(y) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const grid = scale.ticks.map(
    (y) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(y)}" y2="${py(y)}"/>` +
      `<text class="quiet" x="${LEFT - 6}" y="${Number(py(y)) + 4}" text-anchor="end">${label(y)}</text>`,
  );
  const marks = stages.map(
    ({ name, x }) =>
      `<line class="stage" x1="${px(x)}" x2="${px(x)}" y1="${top + TOP - 8}" y2="${bottom}"/>` +
      `<text class="quiet" x="${Number(px(x)) + 4}" y="${bottom + 15}">${escapeMarkup(name)}</text>`,
  );
  const drawn = curves.flatMap((points) => {
    const path = points.map(({ x, y }) => `${px(x)},${py(y)}`).join(' ');
    const dots = points.map(({ x, y }) => `<circle class="dot" r="2.2" cx="${px(x)}" cy="${py(y)}"/>`);
    return [`<polyline class="curve" points="${path}"/>`, ...(points.length > MOST_DOTS ? [] : dots)];
  });
  const last = all.at(-1)?.at(-1);
  const newest = `last ${label(last?.y ?? 0)}, update ${last?.x ?? 0}`;
  const head =
    `<text x="${LEFT}" y="${top + 16}">${title}${scale.logarithmic ? ', logarithmic' : ''}</text>` +
    `<text class="quiet" x="${WIDTH - RIGHT}" y="${top + 16}" text-anchor="end">${newest}</text>`;
  return [head, ...grid, ...marks, ...drawn].join('\n');
}

interface Scale {
  readonly logarithmic: boolean;
  readonly ticks: readonly number[];
  /** 0 at the least value, 1 at the largest. */
  place(value: number): number;
}

/** Linear, or logarithmic where positive values differ much: the losses of two stages may have different units. */
function scaleOf(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = most > least ? 0 : Math.max(1e-6, Math.abs(most) * 0.1);
  const [low, high] = [least - room, most + room];
  if (low > 0 && high / low > LOGARITHMIC_FROM) {
    const place = (value: number): number => Math.log(value / low) / Math.log(high / low);
    return { logarithmic: true, ticks: [low, Math.sqrt(low * high), high], place };
  }
  const place = (value: number): number => (value - low) / (high - low);
  return { logarithmic: false, ticks: [low, (low + high) / 2, high], place };
}

const label = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(3))));
