import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rob224 } from '../../attack/suite/profiles.ts';
import { differences, publishedRows } from '../../bench/defenses/published.ts';
import { readResults, writeResults } from '../../bench/defenses/store.ts';
import { bySystem, paperTable } from '../../bench/defenses/table.ts';
import { settingOf } from '../../bench/defenses/train-cell.ts';
import type { Cell } from '../../bench/defenses/types.ts';
import { markdown } from '../../bench/harness.ts';
import { findBackbone } from '../../embedding/backbones/index.ts';
import { parseHardenOptions } from '../../trainer/options.ts';
import { recipeOf } from '../../trainer/recipe-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const vanilla = publishedRows[0] as (typeof publishedRows)[number];

function cell(change: Partial<Cell> = {}): Cell {
  return {
    system: 'vanilla',
    seed: 1,
    setting: 'x',
    attackSteps: 0,
    attackStepsTaken: 0,
    updates: 100,
    trainSeconds: 25,
    benign: vanilla.benign,
    attacks: vanilla.attacks,
    ers: 4,
    ars: 3,
    commit: 'abc',
    ...change,
  };
}

describe('the table of defenses', () => {
  it('has a row per defense with mean and interval over seeds', () => {
    const rows = paperTable([
      cell({ ars: 10 }),
      cell({ ars: 12, seed: 2 }),
      cell({ ars: 14, seed: 3 }),
      cell({ system: 'act', ars: 50 }),
    ]);
    expect(rows.map((row) => row[0])).toEqual(['system', 'vanilla', 'act']);
    expect(rows.every((row) => row.length === rows[0]?.length)).toBe(true);
    expect(rows[1]?.at(-1)).toBe('12.0 ± 5.0');
    expect(rows[2]?.at(-1)).toBe('50.0');
    expect(rows[1]?.[4]).toBe('0.25');
    expect(markdown(rows).split('\n')).toHaveLength(4);
  });

  it('keeps the order in which defenses come', () => {
    expect([...bySystem([cell({ system: 'b' }), cell({ system: 'a' }), cell({ system: 'b' })]).keys()]).toEqual([
      'b',
      'a',
    ]);
  });
});

describe('the comparison with published rows', () => {
  it('finds nothing at the published values', () => {
    expect(differences(vanilla, [cell()]).every(({ within, points }) => within && points === 0)).toBe(true);
  });

  it('allows 3 points without and 5 points under an attack, TMA and ES:D on scales of their own', () => {
    const outside = (change: Partial<Cell>): string[] =>
      differences(vanilla, [cell(change)]).flatMap(({ within, column }) => (within ? [] : [column]));
    expect(outside({ benign: { ...vanilla.benign, 'R@1': vanilla.benign['R@1'] - 3.1 } })).toEqual(['R@1']);
    expect(outside({ attacks: { ...vanilla.attacks, 'CA+': 6 } })).toEqual([]);
    expect(outside({ attacks: { ...vanilla.attacks, 'CA+': 6.2, TMA: 0.93, 'ES:D': 1.49 } })).toEqual([
      'CA+',
      'TMA',
      'ES:D',
    ]);
  });
});

describe('the file of results', () => {
  const about = { command: 'npm run bench:defenses', machine: { cores: 2 } };

  it('reads back what it wrote, a line per cell', () => {
    const path = join(folder, 'results.json');
    expect(readResults(path)).toBeUndefined();
    const results = { ...about, cells: [cell(), cell({ seed: 2 })] };
    writeResults(path, results);
    expect(readResults(path)).toEqual(results);
  });

  it('refuses another file', () => {
    const path = join(folder, 'other.json');
    writeFileSync(path, '{"cells": 1}');
    expect(() => readResults(path)).toThrow(/other\.json is not a file of results/);
  });
});

describe('the setting of a cell', () => {
  const of = (...args: string[]): string => {
    const options = parseHardenOptions(args, folder);
    if (options === undefined) throw new RangeError('no options');
    const recipe = recipeOf(options, findBackbone(options.backbone));
    return settingOf({ options, recipe }, rob224, 'exact');
  };

  it.each([
    ['--init', 'emoji-hardened-3'],
    ['--pretrained', 'resnet18.safetensors'],
    ['--budget', '1h'],
    ['--clip-norm', '1'],
    ['--average', '0.99'],
    ['--batch-norm', 'live'],
    ['--rate', '0.002'],
    ['--lambda', '3'],
  ])('is another one with %s', (option, value) => {
    expect(of(option, value)).not.toBe(of());
  });

  it('does not depend on the seed, nor on how often something is written', () => {
    expect(of('--seed', '7', '--log-every', '3', '--batch-norm', 'frozen')).toBe(of());
  });
});
