import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { progressLine, table } from '../../base/terminal.ts';
import { findBackbone } from '../../embedding/backbones/index.ts';
import { recipeOf } from '../../trainer/recipe-of.ts';
import { commitOf, machine } from '../harness.ts';
import { HELP, parseBenchOptions, systemOptions } from './options.ts';
import { report } from './report.ts';
import { type Results, readResults, writeResults } from './store.ts';
import { paperTable } from './table.ts';
import { type CellSetting, settingOf, trainCell } from './train-cell.ts';
import type { Cell } from './types.ts';

const STOPPED = Symbol('stopped by the operator');

async function run(data: string): Promise<void> {
  const given = process.argv.slice(2);
  const bench = parseBenchOptions(given);
  if (bench === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const { systems: wanted, seeds, protocol, shared } = bench;
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(STOPPED));
  const path = bench.results ?? join(data, 'bench', 'defenses.json');
  mkdirSync(dirname(path), { recursive: true });
  const command = ['npm run bench:defenses', ...(given.length === 0 ? [] : ['--', ...given])].join(' ');
  const commit = commitOf();
  // Read again each time: several may work side by side, each on systems or seeds of its own.
  const results = (): Results => ({ cells: readResults(path)?.cells ?? [], command, machine: machine() });
  const shown = new Set<Cell>();
  const line = progressLine();
  for (const seed of seeds) {
    for (const system of wanted) {
      const { options, profile } = systemOptions(bench, system, seed, data, process.env);
      const recipe = recipeOf(options, findBackbone(options.backbone));
      const setting = settingOf({ options, recipe }, profile, protocol);
      const isThis = (cell: Cell): boolean =>
        cell.system === system.name && cell.seed === seed && cell.setting === setting;
      const known = results().cells.find(isThis);
      if (known !== undefined) {
        shown.add(known);
        continue;
      }
      line.finish(`\n${system.name}, seed ${seed}`);
      const work = join(data, 'bench', 'defenses', `${options.data}-${options.backbone}-${options.split}`);
      const cellSetting: CellSetting = {
        ...{ options, profile, protocol, line, work, cache: join(data, 'cache') },
        signal: abort.signal,
      };
      const cell = { ...(await trainCell(system, cellSetting)), commit };
      // Cells of other settings, such as another set's, are not of this table, and stay in the file.
      const before = results();
      writeResults(path, { ...before, cells: [...before.cells, cell] });
      shown.add(cell);
      line.finish(`${system.name}, seed ${seed}: R@1 ${cell.benign['R@1'].toFixed(1)}, ARS ${cell.ars.toFixed(1)}`);
    }
  }
  const cells = [...new Set(wanted.map(({ name }) => name))].flatMap((name) =>
    [...shown].filter(({ system }) => system === name),
  );
  process.stdout.write(`\n${table(paperTable(cells))}\n`);
  writeFileSync(path.replace(/\.json$/, '.md'), report({ ...results(), cells }, shared));
}

try {
  await run(process.env.HOLDFAST_DATA ?? '.holdfast');
} catch (error) {
  if (error === STOPPED) {
    process.stderr.write('\nStopped. The same command goes on from there.\n');
    process.exitCode = 130;
  } else if (error instanceof HoldfastError) {
    process.stderr.write(`\nerror ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  } else throw error;
}
