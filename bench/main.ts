import { parseArgs } from 'node:util';
import { HoldfastError } from '../base/errors.ts';
import { type AuditBenchOptions, benchAudit } from './audit.ts';
import { benchEngine } from './engine.ts';
import { machine, publish, type Report } from './harness.ts';
import { benchReleasedGtm, type GtmOptions } from './released-gtm.ts';
import { benchServer } from './server.ts';
import { NETWORKS } from './step/networks.ts';
import { benchStep, type StepOptions } from './step.ts';

const benches: Readonly<Record<string, (options: StepOptions & AuditBenchOptions & GtmOptions) => Promise<Report>>> = {
  engine: () => benchEngine(),
  step: benchStep,
  audit: benchAudit,
  gtm: benchReleasedGtm,
  server: () => benchServer(),
};

const HELP = `npm run bench -- [${Object.keys(benches).join(' | ')}]... [--json FILE]

  --json FILE      write the figures down
  --networks A,B   of step: ${Object.keys(NETWORKS).join(', ')} (all but those of which an update takes minutes)
  --rounds N       of step: updates of each kind that count (3)
  --queries N      of audit: queries that are attacked (1000)
  --model VERSION  of gtm: whose embeddings (the shipped one)
  --data NAME      of gtm: the data set (emoji)
`;

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'string' },
    networks: { type: 'string' },
    rounds: { type: 'string' },
    queries: { type: 'string' },
    model: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
});

const wanted = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (values.help === true || unknown.length > 0) {
  process.stdout.write(HELP);
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
  const about = machine();
  const reports: Report[] = [];
  try {
    for (const name of wanted) reports.push(await (benches[name] as (typeof benches)[string])(values));
    publish(about, reports, values.json);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    process.stderr.write(`error ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  }
}
