import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ProfileName, profiles } from '../../attack/suite/profiles.ts';
import { HoldfastError } from '../../base/errors.ts';
import { progressLine, table } from '../../base/terminal.ts';
import { findBackbone } from '../../embedding/backbones/index.ts';
import { HELP as HARDEN_HELP, parseHardenOptions } from '../../trainer/options.ts';
import { recipeOf } from '../../trainer/recipe-of.ts';
import { machine } from '../harness.ts';
import { report } from './report.ts';
import { type Results, readResults, writeResults } from './store.ts';
import { sweep, systems, systemsNamed } from './systems.ts';
import { bySystem, paperTable } from './table.ts';
import { type CellSetting, settingOf, trainCell } from './train-cell.ts';
import type { System } from './types.ts';

const HELP = `npm run bench:defenses -- [options] [-- options of npm run harden for all systems]

Trains systems from the same first weights with the same batches and as many updates, attacks each with the ten attacks of RobRank
and prints the paper's table. Stop it whenever you like: the same command goes on.

  --systems A,B   ${systems.map(({ name }) => name).join(', ')} (all)
  --sweep TEXT    variants in their place, as in ca-tride:lambda=2,5,10; may be given more than once
  --seeds 1,2,3   (1,2,3)
  --profile NAME  of the attacks: ${Object.keys(profiles).join(', ')} (rob28 for grey networks, else rob224)
  --protocol NAME exact, or robrank with the faults of the released evaluation (exact)
  --queries N     attack so many queries instead of all
  --results FILE  where cells are kept and found again (HOLDFAST_DATA/bench/defenses.json); a .md file beside it has the table
  --help

${HARDEN_HELP.slice(HARDEN_HELP.indexOf('  --data'))}`;

const STOPPED = Symbol('stopped by the operator');

async function run(data: string): Promise<void> {
  const given = process.argv.slice(2);
  const at = given.indexOf('--');
  const own = at < 0 ? given : given.slice(0, at);
  const shared = at < 0 ? [] : given.slice(at + 1);
  const { values } = parseArgs({
    args: own,
    options: {
      systems: { type: 'string' },
      sweep: { type: 'string', multiple: true },
      seeds: { type: 'string', default: '1,2,3' },
      profile: { type: 'string' },
      protocol: { type: 'string', default: 'exact' },
      queries: { type: 'string' },
      results: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const swept = (values.sweep ?? []).flatMap(sweep);
  const wanted: readonly System[] =
    values.systems === undefined && swept.length > 0
      ? swept
      : [...systemsNamed(values.systems?.split(',') ?? systems.map(({ name }) => name)), ...swept];
  const seeds = values.seeds.split(',').map(Number);
  const protocol = values.protocol === 'robrank' ? 'robrank' : 'exact';
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(STOPPED));
  const path = values.results ?? join(data, 'bench', 'defenses.json');
  mkdirSync(dirname(path), { recursive: true });
  const command = ['npm run bench:defenses', ...(given.length === 0 ? [] : ['--', ...given])].join(' ');
  let results: Results = {
    cells: readResults(path)?.cells ?? [],
    command,
    commit: commitOf(),
    machine: machine(),
  };
  const line = progressLine();
  for (const seed of seeds) {
    for (const system of wanted) {
      const version = system.name.replaceAll(/[^a-z0-9.]+/g, '-');
      const args = [...shared, ...system.options, '--seed', String(seed), '--name', version];
      const options = parseHardenOptions(args, data, process.env);
      if (options === undefined) throw new HoldfastError('OPTION_INVALID', 'ask for --help before the second --');
      const backbone = findBackbone(options.backbone);
      const name = (values.profile ?? (backbone.channels === 1 ? 'rob28' : 'rob224')) as ProfileName;
      if (!Object.hasOwn(profiles, name)) throw new HoldfastError('OPTION_INVALID', `no profile "${name}"`);
      const chosen = profiles[name];
      const profile = values.queries === undefined ? chosen : { ...chosen, queries: Number(values.queries) };
      const recipe = recipeOf(options, backbone);
      const setting = settingOf({ options, recipe }, profile, protocol);
      const known = results.cells.some(
        (cell) => cell.system === system.name && cell.seed === seed && cell.setting === setting,
      );
      if (known) continue;
      line.finish(`\n${system.name}, seed ${seed}`);
      const work = join(data, 'bench', 'defenses', `${options.data}-${options.backbone}-${options.split}`);
      const cellSetting: CellSetting = {
        ...{ options, profile, protocol, line, work, cache: join(data, 'cache') },
        signal: abort.signal,
      };
      const cell = await trainCell(system, cellSetting);
      const others = results.cells.filter((old) => old.system !== system.name || old.seed !== seed);
      results = { ...results, cells: [...others, cell] };
      writeResults(path, results);
      line.finish(`${system.name}, seed ${seed}: R@1 ${cell.benign['R@1'].toFixed(1)}, ARS ${cell.ars.toFixed(1)}`);
    }
  }
  const order = [...new Set(wanted.map(({ name }) => name))];
  const groups = bySystem(results.cells);
  const cells = order.flatMap((name) => (groups.get(name) ?? []).filter(({ seed }) => seeds.includes(seed)));
  process.stdout.write(`\n${table(paperTable(cells))}\n`);
  writeFileSync(path.replace(/\.json$/, '.md'), report({ ...results, cells }, shared));
}

function commitOf(): string {
  if (!existsSync('.git')) return 'not a checkout';
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
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
