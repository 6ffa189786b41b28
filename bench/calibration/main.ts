import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HoldfastError } from '../../base/errors.ts';
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

const HELP = `npm run bench:calibration -- [--queries N] [--tune] [--known] [--model VERSION] [--json FILE] [--results FILE]

How far what /search says of robustness is from the smallest epsilon at which an attack (50 steps, 3 restarts) really
pushes a result out of the first ten. Stopped, the same command goes on with the queries that are missing.

  --queries N      attacked queries (200)
  --tune           the classes that estimators are tuned on, in place of those that are reported
  --known          attack nothing: estimate again where the truth is known
  --model VERSION  the last one shipped
  --json FILE      write the figures down
  --results FILE   write every pair to FILE, which ends in .json, and a page and a plot beside it
`;

const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '200' },
    tune: { type: 'boolean', default: false },
    known: { type: 'boolean', default: false },
    model: { type: 'string' },
    results: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function run(): Promise<void> {
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const queries = Number(values.queries);
  if (!Number.isInteger(queries) || queries < 1) {
    throw new HoldfastError('OPTION_INVALID', `--queries ${values.queries} is not a whole number above 0`);
  }
  const model = chooseModel(values.model, undefined, { data });
  const { version } = model.manifest;
  const part: Part = values.tune ? 'tune' : 'report';
  const about = machine();
  const engine = await createEngine({ threads: 1 });
  const scene = await loadScene(engine, model, join(data, 'cache'));
  const chosen = chooseQueries(scene, part, queries);
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

if (values.help) process.stdout.write(HELP);
else {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    process.stderr.write(`error ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  }
}
