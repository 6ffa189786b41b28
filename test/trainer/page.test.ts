import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defenses, forerunners } from '../../trainer/defenses/index.ts';
import { defaultMiner } from '../../trainer/losses/compatible.ts';
import { type LossName, losses } from '../../trainer/losses/index.ts';
import { miners } from '../../trainer/miners/index.ts';
import { optionTable } from '../../trainer/option-table.ts';

const page = readFileSync('docs/defenses.md', 'utf8');
/** The cells of the table rows whose first cell names this, apart from that one. */
const rowsOf = (name: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('|') && (line.split('|')[1] as string).includes(`\`${name}\``))
    .map((line) =>
      line
        .split('|')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );

describe('docs/defenses.md', () => {
  it.each([...Object.keys(defenses), ...Object.keys(forerunners)])('has the defense %s and its file', (name) => {
    const files = rowsOf(name).map((cells) => /^`(.+\.ts)`$/.exec(cells.at(-1) ?? '')?.[1]);
    expect(files).toHaveLength(1);
    expect(existsSync(`trainer/defenses/${files[0]}`)).toBe(true);
    const made = readFileSync(`trainer/defenses/${files[0]}`, 'utf8');
    expect(made).toContain('Training {');
  });

  it.each(Object.keys(losses) as LossName[])('has the loss %s with its metrics and its miner', (name) => {
    const rows = rowsOf(name).map(([, , metrics, miner]) => [metrics, miner]);
    expect(rows).toContainEqual([losses[name].metrics.join(' '), defaultMiner[name]]);
    expect(existsSync(`trainer/losses/${name === 'triplet-detached' ? 'triplet' : name}.ts`)).toBe(true);
  });

  it.each(Object.entries(miners))('has the miner %s and whether it is blind', (name, { blind = false }) => {
    expect(rowsOf(name).map(([, blindness]) => blindness)).toContain(blind ? 'yes' : '');
    expect(existsSync(`trainer/miners/${name}.ts`)).toBe(true);
  });

  it('names options that exist', () => {
    const named = [...page.matchAll(/`--([a-z-]+)/g)].map(([, name]) => name as string);
    const others = ['protocol', 'seeds'];
    expect(named.filter((name) => !Object.hasOwn(optionTable, name) && !others.includes(name))).toEqual([]);
  });
});
