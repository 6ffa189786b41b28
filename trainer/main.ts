import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { progressLine } from '../base/terminal.ts';
import { evaluationBudget } from './evaluate.ts';
import { harden } from './harden.ts';
import { type HardenOptions, HELP, parseHardenOptions } from './options.ts';
import { publishVersion } from './publish.ts';
import { comparison } from './report.ts';

const STOPPED = Symbol('stopped by the operator');

/** The exit code that shells give to a program ended by Ctrl-C. */
const INTERRUPTED = 130;

async function run(options: HardenOptions, data: string): Promise<void> {
  const directory = join(options.output, options.version);
  for (const taken of [directory, join('models', options.version)]) {
    if (existsSync(taken)) throw new HoldfastError('OPTION_INVALID', `${taken} exists already; choose another --name`);
  }
  const abort = new AbortController();
  const stop = (): void => abort.abort(STOPPED);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const folders = { folder: join(data, 'runs', options.version), cache: join(data, 'cache') };
  const outcome = await harden(options, folders, progressLine(), abort.signal);
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
  else await run(options, data);
} catch (error) {
  if (error === STOPPED) {
    process.stderr.write('\nStopped. The same command goes on from there.\n');
    process.exitCode = INTERRUPTED;
  } else if (error instanceof HoldfastError) {
    process.stderr.write(`\nerror ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  } else throw error;
}
