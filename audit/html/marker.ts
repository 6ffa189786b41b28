import { type Markup, markup } from '../../base/markup.ts';

/** Lines differ by shape and dashes as well as by colour. */
export type Marker = 'circle' | 'square' | 'triangle' | 'diamond';

const RADIUS = 4.5;

/** The shape at a place, filled with the ink of its line. */
export function markerSvg(marker: Marker, x: number, y: number): Markup {
  const r = RADIUS;
  if (marker === 'circle') return markup`<circle class="dot" cx="${x}" cy="${y}" r="${r}"/>`;
  const polygon = (...offsets: readonly (readonly [number, number])[]): Markup =>
    markup`<polygon class="dot" points="${offsets.map(([dx, dy]) => `${round(x + dx)},${round(y + dy)}`).join(' ')}"/>`;
  if (marker === 'square') return polygon([-r, -r], [r, -r], [r, r], [-r, r]);
  if (marker === 'triangle') return polygon([0, -r - 1], [r + 1, r], [-r - 1, r]);
  return polygon([0, -r - 1.5], [r + 1.5, 0], [0, r + 1.5], [-r - 1.5, 0]);
}

const round = (value: number): string => value.toFixed(1);
