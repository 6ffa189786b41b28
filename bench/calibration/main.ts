import { join } from 'node:path';
import { runCommand } from '../../base/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { flag, optional, text, whole, withDefault } from '../../base/option-kinds.ts';
import { optionHelp, parseOptions } from '../../base/options.ts';
import { progressLine } from '../../base/terminal.ts';
import { chooseModel } from '../../embedding/folders.ts';
import { createEngine } from '../../engine/index.ts';
import { commitOf, machine, publish } from '../harness.ts';
import { createEstimator } from './estimates.ts';
import { estimateNames, type Judged, judge } from './judge.ts';
import { plot } from './plot.ts';
import { agreementTable, writeResults } from './results.ts';
import { loadScene } from './scene.ts';
import { chooseQueries, findTruths, knownTruths, type Part } from './truth.ts';

const options = {
  queries: withDefault(whole(1), 'attacked queries', 200),
  tune: flag('the classes that estimators are tuned on, in place of those that are reported'),
  known: flag('attack nothing: estimate again where the truth is known'),
  model: optional(text('VERSION'), 'whose estimates', 'the last one shipped'),
  json: optional(text('FILE'), 'write the figures down'),
  results: optional(text('FILE'), 'write every pair to FILE, which ends in .json, and a page and a plot beside it'),
};

const HELP = `npm run bench:calibration -- [options]

How far what /search says of robustness is from the smallest epsilon at which an attack (50 steps, 3 restarts) really
pushes a result out of the first ten. Stopped, the same command goes on with the queries that are missing.

${optionHelp(options)}`;

async function run(): Promise<void> {
  const parsed = parseOptions(options, process.argv.slice(2));
  if (parsed === undefined) return void process.stdout.write(HELP);
  const { values } = parsed;
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const model = chooseModel(values.model, undefined, { data });
  const { version } = model.manifest;
  const part: Part = values.tune ? 'tune' : 'report';
  const about = machine();
  const engine = await createEngine({ threads: 1 });
  const scene = await loadScene(engine, model, join(data, 'cache'));
  const chosen = chooseQueries(scene, part, values.queries);
  const line = progressLine();
  const path = join(data, 'bench', `calibration-${version}-${part}.jsonl`);
  const truths = values.known
    ? knownTruths(chosen, path)
    : await findTruths(engine, model, scene, chosen, path, (done) =>
        line.update(`${done} of ${chosen.length} queries`),
      );
  line.finish(`${truths.length} queries`);
  if (truths.length === 0) throw new HoldfastError('OPTION_INVALID', `--known, but ${path} has none of the queries`);
  const estimator = await createEstimator(engine, model, scene);
  const judged: Judged[] = [];
  for (const truth of truths) judged.push({ ...truth, ...(await estimator.run(truth.query)) });
  await estimator.release();

  const all = judged.flatMap(({ epsilons }) => epsilons);
  for (const name of estimateNames) {
    const said = judged.flatMap((one) => one[name]);
    process.stdout.write(`\n${name} (up) against the truth (across), levels of 1/255\n${plot(said, all)}\n`);
  }
  const agreements = judge(judged);
  const queried = `${truths.length} of ${chosen.length} queries of the classes to ${part}`;
  const report = {
    name: `estimates of ${all.length} results of ${queried}, model ${version}`,
    rows: agreementTable(agreements),
    figures: Object.fromEntries(
      agreements.flatMap(({ name, spearman, within, ratio }) => [
        [`${name}.spearman`, spearman],
        [`${name}.withinPlace`, within],
        [`${name}.medianRatio`, ratio],
      ]),
    ),
  };
  process.stdout.write('\n');
  publish(about, [report], values.json);
  if (values.results !== undefined) {
    const command = `npm run bench:calibration -- ${process.argv.slice(2).join(' ')}`;
    const provenance = { command, commit: commitOf(), machine: about, model: version, queries: queried };
    writeResults(values.results, provenance, agreements, judged);
  }
}

await runCommand(run);
