// npm run build:native: compiles hnswlib-node anew for the processor of this machine, which makes searches faster; npm
// compiles it for any processor. With --plain it is compiled as npm does it again.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../base/command.ts';
import { flag } from '../base/option-kinds.ts';
import { optionHelp, parseOptions } from '../base/options.ts';

/** What makes the compiler use all that this processor has. */
const NATIVE = '-march=native';

/** Runs a program and says whether it went well. */
export type Run = (program: string, args: readonly string[], environment: Readonly<Record<string, string>>) => boolean;

/** Runs it in the folder that has `node_modules`; what it says goes to standard error. */
export function runIn(folder: string): Run {
  return (program, args, environment) => {
    const options = { cwd: folder, env: { ...process.env, ...environment } };
    return spawnSync(program, args, { ...options, stdio: ['ignore', 2, 2] }).status === 0;
  };
}

/** A search with the compiled module, in a process of its own: one for another processor ends it. */
const TRIAL = `
  const { HierarchicalNSW } = require('hnswlib-node');
  const index = new HierarchicalNSW('l2', 16);
  index.initIndex(64);
  for (let row = 0; row < 64; row++) index.addPoint(Array.from({ length: 16 }, (_, i) => (i === row % 16 ? row : 0)), row);
  const [found] = index.searchKnn(Array.from({ length: 16 }, (_, i) => (i === 5 ? 37 : 0)), 1).neighbors;
  process.exitCode = found === 37 ? 0 : 1;
`;

/**
 * Compiles hnswlib-node in a folder's `node_modules` and tries it. Where it cannot be compiled for this processor, it is
 * compiled plainly, so that there is one in any case.
 * @returns what there is now: undefined when not even the plain one could be made.
 */
export function buildNative(run: Run, plain = false): 'native' | 'plain' | undefined {
  const compile = (flags: string): boolean =>
    run('npm', ['rebuild', 'hnswlib-node', '--ignore-scripts=false'], { CXXFLAGS: flags }) &&
    run(process.execPath, ['-e', TRIAL], {});
  if (!plain && compile(`${process.env.CXXFLAGS ?? ''} ${NATIVE}`.trim())) return 'native';
  return compile(process.env.CXXFLAGS ?? '') ? 'plain' : undefined;
}

const options = { plain: flag('as npm ci does it, for any processor of this kind') };

const HELP = `npm run build:native -- [options]

Compiles hnswlib-node anew for the processor of this machine, and tries it.

${optionHelp(options)}`;

function main(args: readonly string[]): void {
  const parsed = parseOptions(options, args);
  if (parsed === undefined) return void process.stdout.write(HELP);
  const { plain } = parsed.values;
  const folder = resolve(createRequire(import.meta.url).resolve('hnswlib-node'), '..', '..', '..', '..');
  const built = buildNative(runIn(folder), plain);
  const said = {
    native:
      'hnswlib-node is compiled for this processor; do not copy node_modules to a machine with another one. "npm run build:native -- --plain" goes back.',
    plain: 'hnswlib-node is compiled for any processor of this kind.',
    none: 'hnswlib-node could not be compiled: see above what the compiler says, then "npm rebuild hnswlib-node".',
  }[built ?? 'none'];
  process.stdout.write(`${said}\n`);
  process.exitCode = built === (plain ? 'plain' : 'native') ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runCommand(() => main(process.argv.slice(2)));
