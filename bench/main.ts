import { parseArgs } from 'node:util';
import { optionError, runCommand } from '../base/command.ts';
import { HoldfastError } from '../base/errors.ts';
import { type AuditBenchOptions, benchAudit } from './audit.ts';
import { benchEngine } from './engine.ts';
import { machine, publish, type Report } from './harness.ts';
import { benchIndex } from './index/bench.ts';
import { engines } from './index/engines.ts';
import type { IndexBenchOptions } from './index/options.ts';
import { benchReleasedGtm, type GtmOptions } from './released-gtm.ts';
import { benchCost } from './server/cost.ts';
import { benchShared } from './shared.ts';
import { NETWORKS } from './step/networks.ts';
import { benchStep, type StepOptions } from './step.ts';

type Options = StepOptions & AuditBenchOptions & GtmOptions & IndexBenchOptions;

const benches: Readonly<Record<string, (options: Options) => Promise<Report>>> = {
  engine: () => benchEngine(),
  step: benchStep,
  audit: benchAudit,
  gtm: benchReleasedGtm,
  index: benchIndex,
  server: () => benchCost(),
  shared: () => benchShared(),
};

const HELP = `npm run bench -- [${Object.keys(benches).join(' | ')}]... [--json FILE]

  --json FILE      write the figures down
  --networks A,B   of step: ${Object.keys(NETWORKS).join(', ')} (all but those of which an update takes minutes)
  --rounds N       of step: updates of each kind that count (3)
  --queries N      of audit: queries that are attacked (1000); of index: single searches (1000)
  --vectors A,B    of index: how many vectors (10000,100000); 1000000 takes an hour and 4 GB of memory
  --dimensions A,B of index: dimensions of the vectors (128,512)
  --engines A,B    of index: ${Object.keys(engines).join(', ')} (all that are here)
  --python PROGRAM of index: a Python that may have faiss and hnswlib (python3)
  --model VERSION  of gtm: whose embeddings (the shipped one)
  --data NAME      of gtm: the data set (emoji)
`;

const text = { type: 'string' } as const;

/** What was asked for. @throws HoldfastError OPTION_INVALID */
function read() {
  try {
    return parseArgs({
      options: {
        ...{ json: text, networks: text, rounds: text, queries: text, model: text, data: text, vectors: text },
        ...{ dimensions: text, engines: text, python: text, help: { type: 'boolean' } },
      },
      allowPositionals: true,
    });
  } catch (cause) {
    throw optionError(cause);
  }
}

await runCommand(async () => {
  const { values, positionals } = read();
  if (values.help === true) return void process.stdout.write(HELP);
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined) {
    throw new HoldfastError('OPTION_INVALID', `"${unknown}" is none of ${Object.keys(benches).join(', ')}`);
  }
  const wanted = positionals.length === 0 ? Object.keys(benches) : positionals;
  const about = machine();
  const reports: Report[] = [];
  for (const name of wanted) reports.push(await (benches[name] as (typeof benches)[string])(values));
  publish(about, reports, values.json);
});
