import type { LogLine } from './log.ts';

export interface Point {
  /** Updates since the run began, over all stages. */
  readonly x: number;
  readonly y: number;
}

/** Where a stage begins. */
export interface StageMark {
  readonly name: string;
  readonly x: number;
}

/** What the log says, by figure. */
export interface Series {
  readonly stages: readonly StageMark[];
  readonly end: number;
  /** Points of one figure, by the name of its field, of the lines of a kind: a list for each stage that has some. */
  points(kind: LogLine['kind'], field: string): Point[][];
}

/**
 * Puts the stages of a log one after the other, in one pass over its lines. Lines that are damaged or of another kind are left out.
 * @param fields that are wanted.
 */
export function seriesOf(lines: readonly LogLine[], fields: readonly string[]): Series {
  const stages: StageMark[] = [];
  const curves = new Map<string, Map<number, Point[]>>();
  let end = 0;
  for (const line of lines) {
    if (typeof line.stage !== 'string' || typeof line.step !== 'number') continue;
    if (stages.at(-1)?.name !== line.stage) stages.push({ name: line.stage, x: end });
    const x = (stages.at(-1)?.x ?? 0) + line.step;
    end = Math.max(end, x);
    for (const field of fields) {
      const y = line[field];
      if (typeof y !== 'number' || !Number.isFinite(y)) continue;
      const key = `${line.kind} ${field}`;
      const byStage = curves.get(key) ?? new Map<number, Point[]>();
      curves.set(key, byStage);
      const points = byStage.get(stages.length - 1);
      if (points === undefined) byStage.set(stages.length - 1, [{ x, y }]);
      else points.push({ x, y });
    }
  }
  return { stages, end, points: (kind, field) => [...(curves.get(`${kind} ${field}`)?.values() ?? [])] };
}

/** At most `most` points: means of equally many neighbours each. */
export function thinned(points: readonly Point[], most: number): Point[] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return [...points];
  const result: Point[] = [];
  for (let from = 0; from < points.length; from += each) {
    const part = points.slice(from, from + each);
    const mean = (of: (point: Point) => number): number =>
      part.reduce((sum, point) => sum + of(point), 0) / part.length;
    result.push({ x: mean(({ x }) => x), y: mean(({ y }) => y) });
  }
  return result;
}
