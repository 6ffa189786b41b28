import { type Markup, markup } from '../../base/markup.ts';
import { fixed } from '../format.ts';

/** A value between its ends. */
export interface Whisker {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface WhiskerPlot {
  /** Where the axis begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly whisker: Whisker;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly className?: string;
  /** Where a line crosses the axis, as at no difference. */
  readonly origin?: number;
  /** Numbers under the axis. */
  readonly ticks?: readonly number[];
  /** Of the drawing, which is scaled to its place. */
  readonly width?: number;
}

const [HEIGHT, MARGIN, TEXT] = [22, 12, 18];

/** A dot with its interval on an axis. What lies beyond an end is drawn at it. */
export function whiskerSvg(plot: WhiskerPlot): Markup {
  const { from, to, whisker, label, className = 'main', origin, ticks = [], width = 320 } = plot;
  const place = (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
    return Number((MARGIN + share * (width - 2 * MARGIN)).toFixed(1));
  };
  const y = HEIGHT / 2;
  const full = HEIGHT + (ticks.length > 0 ? TEXT : 0);
  const body = Number.isFinite(whisker.value)
    ? markup`<line class="range" x1="${place(whisker.low)}" x2="${place(whisker.high)}" y1="${y}" y2="${y}"/>${[
        whisker.low,
        whisker.high,
      ].map((end) => markup`<line class="range" x1="${place(end)}" x2="${place(end)}" y1="${y - 5}" y2="${y + 5}"/>`)}
<circle class="dot" cx="${place(whisker.value)}" cy="${y}" r="5"/>`
    : '';
  const zero =
    origin === undefined
      ? ''
      : markup`<line class="origin" x1="${place(origin)}" x2="${place(origin)}" y1="0" y2="${HEIGHT}"/>`;
  const numbers = ticks.map(
    (tick) =>
      markup`<text class="faint" x="${place(tick)}" y="${HEIGHT + 12}" text-anchor="middle">${fixed(tick, 0)}</text>`,
  );
  return markup`<svg viewBox="0 0 ${width} ${full}" role="img" aria-label="${label}"><g class="${className}">
<line class="track" x1="${MARGIN}" x2="${width - MARGIN}" y1="${y}" y2="${y}"/>${zero}${body}${numbers}</g></svg>`;
}
