import { type Markup, markup } from '../../base/markup.ts';
import { type Marker, markerSvg } from './marker.ts';

export interface Line {
  readonly name: string;
  /** Gives it colour and dashes: a class of the style sheet. */
  readonly className: string;
  readonly marker: Marker;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface LinePlot {
  /** What the plot shows, for those who do not see it. */
  readonly label: string;
  readonly x: {
    readonly title: string;
    readonly ticks: readonly Tick[];
    /** 0 at the left, 1 at the right. */
    place(value: number): number;
  };
  /** Percent: the axis goes from 0 to 100. */
  readonly yTitle: string;
  readonly lines: readonly Line[];
  /** Levels to compare with, named at one of their ends. */
  readonly rules: readonly { readonly y: number; readonly label: string; readonly at: 'left' | 'right' }[];
  /** The setting that was audited. */
  readonly here: { readonly x: number; readonly label: string };
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [420, 280, 36, 20, 30, 40];
/** Labels of ticks that stand nearer to each other than this many units are left out. */
const ROOM = 22;

/** Lines over an axis of x, in percent. */
export function linePlot({ label, x, yTitle, lines, rules, here }: LinePlot): Markup {
  const bottom = HEIGHT - BOTTOM;
  const px = (value: number): number => round(LEFT + x.place(value) * (WIDTH - LEFT - RIGHT));
  const py = (percent: number): number => round(bottom - (percent / 100) * (bottom - TOP));
  const grid = [0, 25, 50, 75, 100].map(
    (y) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(y)}" y2="${py(y)}"/>
<text class="faint" x="${LEFT - 7}" y="${py(y) + 4}" text-anchor="end">${y}</text>`,
  );
  const ticks = readable(x.ticks, px).map(
    (tick) => markup`<line class="grid" x1="${px(tick.at)}" x2="${px(tick.at)}" y1="${bottom}" y2="${bottom + 4}"/>
<text class="faint" x="${px(tick.at)}" y="${bottom + 17}" text-anchor="middle">${tick.label}</text>`,
  );
  const levels = rules.map(({ y, label: name, at: side }) => {
    const anchor = side === 'left' ? 'start' : 'end';
    const end = side === 'left' ? LEFT + 4 : WIDTH - RIGHT;
    return markup`<line class="rule" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(y)}" y2="${py(y)}"/>
<text class="faint" x="${end}" y="${py(y) - 5}" text-anchor="${anchor}">${name}</text>`;
  });
  const [place, anchor] = px(here.x) > WIDTH * 0.6 ? [px(here.x) - 5, 'end'] : [px(here.x) + 5, 'start'];
  const audited = markup`<line class="here" x1="${px(here.x)}" x2="${px(here.x)}" y1="${TOP - 8}" y2="${bottom}"/>
<text class="here-text" x="${place}" y="${TOP - 10}" text-anchor="${anchor}">${here.label}</text>`;
  const drawn = lines.map(({ className, marker, points }) => {
    const known = points.filter(({ y }) => Number.isFinite(y)).map(({ x: value, y }) => [px(value), py(y)] as const);
    const path = known.map((pair) => pair.join(',')).join(' ');
    const dots = known.map(([left, top]) => markerSvg(marker, left, top));
    return markup`<g class="${className}"><polyline class="curve" points="${path}"/>${dots}</g>`;
  });
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
<text class="faint" x="0" y="12">${yTitle}</text>
${grid}${ticks}${audited}${levels}${drawn}
<text class="faint" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${x.title}</text></svg>`;
}

/** What the shapes mean. */
export function legend(lines: readonly Pick<Line, 'name' | 'className' | 'marker'>[]): Markup {
  const items = lines.map(
    ({ name, className, marker }) => markup`<li><svg viewBox="0 0 30 14" aria-hidden="true"><g class="${className}">
<polyline class="curve" points="0,7 30,7"/>${markerSvg(marker, 15, 7)}</g></svg>${name}</li>`,
  );
  return markup`<ul class="legend">${items}</ul>`;
}

/** The ticks whose labels do not run into each other; the last one stays. */
function readable(ticks: readonly Tick[], px: (value: number) => number): Tick[] {
  const kept: Tick[] = [];
  for (const tick of [...ticks].reverse()) {
    const right = kept.at(-1);
    if (right === undefined || px(right.at) - px(tick.at) >= ROOM) kept.push(tick);
  }
  return kept.reverse();
}

const round = (value: number): number => Number(value.toFixed(1));
