import { parseArgs } from 'node:util';
import { benchEngine } from './engine.ts';
import { machine, publish, type Report } from './harness.ts';
import { benchServer } from './server.ts';

const benches: Readonly<Record<string, () => Promise<Report>>> = { engine: benchEngine, server: benchServer };

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
});

const wanted = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (values.help === true || unknown.length > 0) {
  process.stdout.write(`npm run bench -- [${Object.keys(benches).join(' | ')}]... [--json FILE]\n`);
  process.exitCode = unknown.length > 0 ? 1 : 0;
} else {
  const about = machine();
  const reports: Report[] = [];
  for (const name of wanted) reports.push(await (benches[name] as () => Promise<Report>)());
  publish(about, reports, values.json);
}
