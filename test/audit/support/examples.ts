import type { AuditReport, Example, Ranked } from '../../../audit/types.ts';
import { createRandom } from '../../../base/random.ts';
import { type Colour, tinyPicture } from './tiny-picture.ts';

const SIZE = 16;
const LABELS = ['grinning face', 'full moon', 'red apple', 'tennis', 'blue heart', 'cookie'];
const COLOURS: readonly Colour[] = [
  [0.98, 0.8, 0.2],
  [0.86, 0.87, 0.9],
  [0.86, 0.16, 0.2],
  [0.75, 0.86, 0.25],
  [0.25, 0.45, 0.9],
  [0.72, 0.48, 0.25],
];

/** Two queries that fall and two that hold, as coloured discs on white. */
export async function realisticExamples(): Promise<AuditReport['examples']> {
  return {
    leastRobust: [
      await example(0, 'GTM', [0, 0, 1, 3, 0], [3, 1, 3, 5, 1]),
      await example(2, 'ES', [2, 2, 0, 2, 4], [4, 4, 0, 4, 2]),
    ],
    mostRobust: [
      await example(4, 'GTM', [4, 4, 4, 1, 4], [4, 4, 4, 4, 1]),
      await example(1, 'LTM', [1, 1, 0, 1, 5], [1, 1, 0, 1, 5]),
    ],
  };
}

async function example(kind: number, attack: string, before: number[], after: number[]): Promise<Example> {
  const random = createRandom(`change ${kind}`);
  const noise = Array.from({ length: 3 * SIZE * SIZE }, () => (random.uniform() < 0.5 ? -1 : 1));
  const change = (x: number, y: number): Colour => {
    const at = Math.floor(((y + 1) / 2) * SIZE) * SIZE + Math.floor(((x + 1) / 2) * SIZE);
    return [noise[3 * at] ?? 0, noise[3 * at + 1] ?? 0, noise[3 * at + 2] ?? 0];
  };
  const attacked = (x: number, y: number): Colour => {
    const [colour, moved] = [disc(kind, x, y), change(x, y)];
    return [colour[0] + moved[0] / 32, colour[1] + moved[1] / 32, colour[2] + moved[2] / 32];
  };
  return {
    row: 7 * kind + 3,
    label: LABELS[kind] as string,
    attack,
    clean: await tinyPicture(SIZE, (x, y) => disc(kind, x, y)),
    attacked: await tinyPicture(SIZE, attacked),
    change: await tinyPicture(SIZE, (x, y) => {
      const [red, green, blue] = change(x, y);
      return [0.5 + red / 2, 0.5 + green / 2, 0.5 + blue / 2];
    }),
    before: await Promise.all(before.map((other, place) => ranked(other, kind, place))),
    after: await Promise.all(after.map((other, place) => ranked(other, kind, place + (other === kind ? 0 : 5)))),
  };
}

async function ranked(kind: number, wanted: number, place: number): Promise<Ranked> {
  return {
    row: 100 * kind + place,
    label: LABELS[kind] as string,
    distance: 0.31 + 0.07 * place,
    picture: await tinyPicture(SIZE, (x, y) => disc(kind, x * (1 + place / 10), y)),
    match: kind === wanted,
  };
}

function disc(kind: number, x: number, y: number): Colour {
  if (Math.hypot(x, y) > 0.86) return [1, 1, 1];
  const eye = Math.hypot(Math.abs(x) - 0.33, y + 0.2) < 0.14;
  return eye ? [0.2, 0.15, 0.1] : (COLOURS[kind] as Colour);
}
