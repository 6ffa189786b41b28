import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HoldfastError } from '../../base/errors.ts';
import { progressLine } from '../../base/terminal.ts';
import { findModelVersion, listModelVersions } from '../../embedding/version.ts';
import { createEngine } from '../../engine/index.ts';
import { machine, publish } from '../harness.ts';
import { medianRatio, spearman } from './agreement.ts';
import { createEstimator, type Estimates } from './estimates.ts';
import { plot } from './plot.ts';
import { loadScene } from './scene.ts';
import { chooseQueries, findTruths, type Part } from './truth.ts';

const HELP = `npm run bench:calibration -- [--queries N] [--tune] [--model VERSION] [--json FILE]

How far what /search says of robustness is from the smallest epsilon at which an attack (50 steps, 3 restarts) really
pushes a result out of the first ten. Stopped, the same command goes on with the queries that are missing.

  --queries N      attacked queries (200)
  --tune           the classes that estimators are tuned on, in place of those that are reported
  --model VERSION  the last one shipped
  --json FILE      write the figures down
`;

const { values } = parseArgs({
  options: {
    queries: { type: 'string', default: '200' },
    tune: { type: 'boolean', default: false },
    model: { type: 'string' },
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
  const version = values.model ?? listModelVersions(['models']).at(-1);
  if (version === undefined) throw new HoldfastError('MODEL_UNKNOWN', 'no model is shipped in models/');
  const model = findModelVersion(version, ['models', join(data, 'models')]);
  const part: Part = values.tune ? 'tune' : 'report';
  const about = machine();
  const engine = await createEngine({ threads: 1 });
  const scene = await loadScene(engine, model, join(data, 'cache'));
  const chosen = chooseQueries(scene, part, queries);
  const line = progressLine();
  const path = join(data, 'bench', `calibration-${version}-${part}.jsonl`);
  const truths = await findTruths(engine, model, scene, chosen, path, (done) =>
    line.update(`${done} of ${chosen.length} queries`),
  );
  line.finish(`${truths.length} queries`);
  const estimator = await createEstimator(engine, model, scene);
  const estimates: Estimates[] = [];
  for (const { query } of truths) estimates.push(await estimator.run(query));
  await estimator.release();

  const truth = truths.flatMap(({ epsilons }) => epsilons);
  const rows = (['margin', 'gradient'] as const).map((name) => {
    const said = estimates.flatMap((one) => one[name]);
    process.stdout.write(`\n${name} (up) against the truth (across), levels of 1/255\n${plot(said, truth)}\n`);
    return { name, correlation: spearman(said, truth), ratio: medianRatio(said, truth) };
  });
  const report = {
    name: `estimates of ${truth.length} results of ${truths.length} queries, model ${version}, classes to ${part}`,
    rows: [
      ['', 'Spearman', 'median estimate / truth'],
      ...rows.map(({ name, correlation, ratio }) => [name, correlation.toFixed(3), ratio.toFixed(2)]),
    ],
    figures: Object.fromEntries(
      rows.flatMap(({ name, correlation, ratio }) => [
        [`${name}.spearman`, correlation],
        [`${name}.medianRatio`, ratio],
      ]),
    ),
  };
  process.stdout.write('\n');
  publish(about, [report], values.json);
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
