import { join } from 'node:path';
import { runCommand } from '../../base/command.ts';
import { flag, optional, text, whole, withDefault } from '../../base/option-kinds.ts';
import { optionHelp, parseOptions } from '../../base/options.ts';
import { progressLine } from '../../base/terminal.ts';
import { chooseModel } from '../../embedding/folders.ts';
import { createEngine } from '../../engine/index.ts';
import { commitOf, machine, publish, type Report } from '../harness.ts';
import { find } from './find.ts';
import { type Findings, falseAlarms, rowsOf, writeResults } from './results.ts';

const options = {
  queries: withDefault(whole(1), 'attacked queries', 128),
  tune: flag('the classes that the detector is tuned on, in place of those that are reported'),
  models: optional(text('A,B'), 'versions, with commas between', 'the last one shipped'),
  json: optional(text('FILE'), 'write the figures down'),
  results: optional(text('FILE'), 'write every figure to FILE, which ends in .json, and a page beside it'),
};

const HELP = `npm run bench:suspicion -- [options]

How well the suspicion of /search tells attacked queries from innocent ones: adversaries who do not know of it, and adversaries
who do. Stopped, the same command goes on with the attacks that are missing.

${optionHelp(options)}`;

async function run(): Promise<void> {
  const parsed = parseOptions(options, process.argv.slice(2));
  if (parsed === undefined) return void process.stdout.write(HELP);
  const { queries, tune, models = '', json, results } = parsed.values;
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const part = tune ? 'tune' : 'report';
  const about = machine();
  const engine = await createEngine({ threads: 1 });
  const line = progressLine();
  const findings: Findings[] = [];
  for (const name of models.split(',')) {
    const model = chooseModel(name === '' ? undefined : name, undefined, { data });
    const { version } = model.manifest;
    const path = join(data, 'bench', `suspicion-${version}-${part}.jsonl`);
    const onProgress = (progress: string): void => line.update(`${version}: ${progress}`);
    findings.push(await find(engine, model, { part, queries, path, cache: join(data, 'cache'), onProgress }));
  }
  line.finish(`${findings.length} models`);
  publish(about, findings.map(reportOf), json);
  if (results === undefined) return;
  const command = `npm run bench:suspicion -- ${process.argv.slice(2).join(' ')}`;
  writeResults(results, { command, commit: commitOf(), machine: about }, findings);
}

function reportOf(found: Findings): Report {
  const alarms = falseAlarms(found);
  return {
    name: `suspicion, model ${found.model}; ${(100 * alarms).toFixed(1)} % of ${found.innocent.length} innocent queries`,
    rows: rowsOf(found),
    figures: { falseAlarms: alarms, threshold: found.threshold },
  };
}

await runCommand(run);
