import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataFolder } from '../base/data-folder.ts';
import { HoldfastError } from '../base/errors.ts';
import { progressLine, table } from '../base/terminal.ts';
import { evaluationBudget } from './evaluate.ts';
import { harden } from './harden.ts';
import { hardenOnServer } from './on-server.ts';
import { givenOptions, type HardenOptions, HELP, parseHardenOptions } from './options.ts';
import { publishVersion } from './publish.ts';
import { comparison } from './report.ts';

const STOPPED = Symbol('stopped by the operator');

/** The exit code that shells give to a program ended by Ctrl-C. */
const INTERRUPTED = 130;

/** The first signal stops what is done, in order. */
function stopSignal(): AbortSignal {
  const abort = new AbortController();
  const stop = (): void => abort.abort(STOPPED);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return abort.signal;
}

async function runOnServer(server: string, args: readonly string[]): Promise<void> {
  const { server: _server, ...options } = givenOptions(args);
  const training = { server, key: process.env.HOLDFAST_KEY || undefined, options };
  const { version, metrics } = await hardenOnServer(training, progressLine(), stopSignal());
  const figures = Object.entries(metrics).map(([name, value]) => [name, String(value)]);
  process.stdout.write(`\n${table([['', ''], ...figures])}\n\nModel version ${version} is on ${server}\n`);
}

async function run(options: HardenOptions, data: string): Promise<void> {
  openDataFolder(data);
  const directory = join(options.output, options.version);
  for (const taken of [directory, join('models', options.version)]) {
    if (existsSync(taken)) throw new HoldfastError('OPTION_INVALID', `${taken} exists already; choose another --name`);
  }
  const folders = { folder: join(data, 'runs', options.version), cache: join(data, 'cache') };
  const outcome = await harden(options, folders, progressLine(), stopSignal());
  process.stdout.write(`\n${comparison(outcome.systems)}\n`);
  const { epsilon, alpha, steps } = evaluationBudget(outcome.recipe);
  const [radius, step] = [epsilon, alpha].map((change) => Math.round(255 * change));
  process.stdout.write(
    `\nShares in percent on the ${options.split} classes; attacks: ${steps} steps of ${step}/255 inside ${radius}/255 on ` +
      `${outcome.systems[0]?.[1].attacked} queries, with 95 % intervals.\n`,
  );
  const given = process.argv.slice(2);
  const command = ['npm run harden', ...(given.length === 0 ? [] : ['--', ...given])].join(' ');
  const { manifest } = publishVersion(options, outcome, command);
  process.stdout.write(
    `\nModel version ${manifest.version} is in ${directory}\nServe it: npm start -- --model ${manifest.version}\n`,
  );
}

try {
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const options = parseHardenOptions(process.argv.slice(2), data, process.env);
  if (options === undefined) process.stdout.write(HELP);
  else if (options.server !== undefined) await runOnServer(options.server, process.argv.slice(2));
  else await run(options, data);
} catch (error) {
  if (error === STOPPED) {
    process.stderr.write('\nStopped. The same command goes on from there; a job of a server goes on by itself.\n');
    process.exitCode = INTERRUPTED;
  } else if (error instanceof HoldfastError) {
    process.stderr.write(`\nerror ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  } else throw error;
}
