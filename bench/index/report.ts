import type { BenchData } from './data.ts';
import type { Cost, Opened } from './types.ts';

/** The recalls at which engines are compared. */
export const TARGETS = [0.95, 0.99] as const;
/** The width that a search for ten takes unless told. */
export const USUAL = 128;

/** What there is to say of an engine on some vectors. */
export interface Figures {
  readonly build: Cost;
  readonly rebuild: Cost | undefined;
  readonly opened: Opened;
  readonly usualRecall: number;
  /** For each target: the width, and searches per CPU-second at it. */
  readonly at: readonly { readonly ef: number; readonly rate: number }[];
}

/** The first row of the table. */
export const HEAD: readonly string[] = [
  'vectors',
  'engine',
  ...TARGETS.flatMap((target) => [`ef at ${target}`, 'searches/CPU-s']),
  `recall at ${USUAL}`,
  'built/CPU-s',
  'rebuilt/CPU-s',
  'open, ms',
  'bytes in memory',
  'on disk',
];

/** A row of the table. */
export function rowOf(engine: string, { count, dimension }: BenchData, found: Figures): string[] {
  const { build, rebuild, opened, usualRecall, at } = found;
  return [
    `${count} x ${dimension}`,
    engine,
    ...at.flatMap(({ ef, rate }) => [String(ef), rate.toFixed(0)]),
    usualRecall.toFixed(3),
    (count / build.cpuSeconds).toFixed(0),
    rebuild === undefined ? '' : (count / rebuild.cpuSeconds).toFixed(0),
    (1000 * opened.seconds).toFixed(0),
    (opened.resident / count).toFixed(0),
    (opened.disk / count).toFixed(0),
  ];
}

/** The figures behind it, by name. */
export function figuresOf(engine: string, { count, dimension }: BenchData, found: Figures): Record<string, number> {
  const { build, rebuild, opened, usualRecall, at } = found;
  const name = `${count} x ${dimension}, ${engine}`;
  return {
    ...Object.fromEntries(
      at.flatMap(({ ef, rate }, i) => [
        [`${name}, ef at recall ${TARGETS[i]}`, ef],
        [`${name}, searches per CPU-second at recall ${TARGETS[i]}`, Math.round(rate)],
      ]),
    ),
    [`${name}, recall at ef ${USUAL}`]: Number(usualRecall.toFixed(4)),
    [`${name}, built per CPU-second`]: Math.round(count / build.cpuSeconds),
    ...(rebuild === undefined ? {} : { [`${name}, rebuilt per CPU-second`]: Math.round(count / rebuild.cpuSeconds) }),
    [`${name}, seconds to open`]: Number(opened.seconds.toFixed(3)),
    [`${name}, bytes per vector in memory`]: Math.round(opened.resident / count),
    [`${name}, bytes per vector on disk`]: Math.round(opened.disk / count),
  };
}
