import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCurves } from '../../../trainer/monitor/curves.ts';
import { curvesSvg } from '../../../trainer/monitor/curves-svg.ts';
import type { LogLine } from '../../../trainer/monitor/log.ts';
import { seriesOf, thinned } from '../../../trainer/monitor/series.ts';

const stage = (name: string, steps: number, more: (step: number) => object): LogLine[] =>
  Array.from({ length: steps }, (_, i) => ({ kind: 'batch', stage: name, step: i + 1, ...more(i + 1) }));

const lines: LogLine[] = [
  { kind: 'run', machine: 'any' },
  ...stage('pretrain', 4, (step) => ({ loss: 4 / step, rate: 1e-3 })),
  { kind: 'validation', stage: 'pretrain', step: 4, recallAt1: 0.25 },
  ...stage('ca-tride', 3, (step) => ({ loss: 0.1 * step, rate: 1e-3, hardness: -step, collapseness: Number.NaN })),
];

describe('the curves of a run', () => {
  it('put stages one after the other', () => {
    const series = seriesOf(lines, ['loss', 'hardness', 'collapseness', 'recallAt1']);
    expect(series.stages).toEqual([
      { name: 'pretrain', x: 0 },
      { name: 'ca-tride', x: 4 },
    ]);
    expect(series.end).toBe(7);
    expect(series.points('batch', 'loss').map((points) => points.map(({ x }) => x))).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7],
    ]);
    expect(series.points('batch', 'hardness')).toEqual([[5, 6, 7].map((x) => ({ x, y: 4 - x }))]);
    expect(series.points('batch', 'collapseness')).toEqual([]);
    expect(series.points('validation', 'recallAt1')).toEqual([[{ x: 4, y: 0.25 }]]);
  });

  it('are thinned to means of neighbours', () => {
    const points = Array.from({ length: 10 }, (_, x) => ({ x, y: x }));
    expect(thinned(points, 10)).toEqual(points);
    expect(thinned(points, 5)).toEqual([0.5, 2.5, 4.5, 6.5, 8.5].map((x) => ({ x, y: x })));
  });

  it('are drawn as panels of the figures that there are, for light and dark', () => {
    const svg = curvesSvg(lines);
    for (const title of ['loss, logarithmic', 'hardness', 'validation R@1', 'learning rate']) {
      expect(svg).toContain(`>${title}<`);
    }
    expect(svg).not.toContain('collapseness');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg.match(/<polyline/g)).toHaveLength(6);
    const [path = ''] = /(?<=points=")[^"]+/.exec(svg) ?? [];
    const heights = path.split(' ').map((pair) => Number(pair.split(',')[1]));
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
  });

  it('are a picture even before the first update', () => {
    expect(curvesSvg([{ kind: 'run' }])).toContain('no update has been logged yet');
  });

  it('are rewritten at most every few seconds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-curves-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'curves.svg');
    let now = 0;
    const known: LogLine[] = [];
    const curves = openCurves(path, { lines: known }, 5000, () => now);
    curves.refresh();
    const empty = readFileSync(path, 'utf8');
    known.push(...lines);
    now = 4999;
    curves.refresh();
    expect(readFileSync(path, 'utf8')).toBe(empty);
    now = 5000;
    curves.refresh();
    expect(readFileSync(path, 'utf8')).toBe(curvesSvg(lines));
    expect(existsSync(path)).toBe(true);
  });
});
