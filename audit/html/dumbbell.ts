import { type Markup, markup } from '../../base/markup.ts';

export interface Dumbbell {
  /** A filled dot: the attack as it was scored. In percent. */
  readonly scored: number;
  /** Rings: what it is compared with. */
  readonly others: readonly number[];
  readonly label: string;
}

const [WIDTH, HEIGHT, MARGIN] = [320, 22, 12];

/** Percentages on an axis from 0 to 100: a dot, and rings for what it is compared with. */
export function dumbbellSvg({ scored, others, label }: Dumbbell): Markup {
  const place = (percent: number): number => Number((MARGIN + (percent / 100) * (WIDTH - 2 * MARGIN)).toFixed(1));
  const y = HEIGHT / 2;
  const places = [scored, ...others].filter(Number.isFinite).map(place);
  const between =
    places.length < 2
      ? ''
      : markup`<line class="between" x1="${Math.min(...places)}" x2="${Math.max(...places)}" y1="${y}" y2="${y}"/>`;
  const rings = others
    .filter(Number.isFinite)
    .map((other) => markup`<circle class="ring" cx="${place(other)}" cy="${y}" r="6.5"/>`);
  const dot = Number.isFinite(scored) ? markup`<circle class="dot" cx="${place(scored)}" cy="${y}" r="4"/>` : '';
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
<line class="track" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y}" y2="${y}"/>${between}<g class="rival">${rings}</g><g class="main">${dot}</g></svg>`;
}
