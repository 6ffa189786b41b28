import { readFileSync } from 'node:fs';
import { runCommand } from '../../base/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { flag, optional, text, whole, withDefault } from '../../base/option-kinds.ts';
import { optionHelp, parseOptions } from '../../base/options.ts';
import { progressLine } from '../../base/terminal.ts';
import { chooseModel } from '../../embedding/folders.ts';
import { commitOf, machine, markdown, publish, type Report } from '../harness.ts';
import type { Bench, Part } from './bench.ts';
import { fire } from './fire.ts';
import { parts } from './index.ts';
import { everyAttack, search } from './requests.ts';
import { prepareGallery, startServer, stopServer } from './started.ts';

const options = {
  seconds: withDefault(whole(1), 'of each stretch of load', 10),
  minutes: withDefault(whole(1), 'of the soak', 3),
  swaps: withDefault(whole(1), 'of models', 200),
  built: flag('serve what `npm run build` made, as the container image does, and not the sources'),
  model: optional(text(), 'version to serve', 'the last one shipped'),
  json: optional(text('FILE'), 'write the figures down'),
  results: optional(text('FILE'), 'write them to FILE, which ends in .json, and a page beside it'),
};

const HELP = `npm run bench:server -- [${Object.keys(parts).join(' | ')}]... [options]

A server of its own under load on this machine, which client and server share. It fills the gallery of HOLDFAST_DATA with copies: name
a folder of its own.

${optionHelp(options)}`;

const WARM_UP_SECONDS = 10;
/** Records of which pictures and ids are taken. */
const SAMPLES = 24;

async function samplesOf(url: string): Promise<Pick<Bench, 'pictures' | 'ids'>> {
  const answer = await (await fetch(`${url}/samples?count=${SAMPLES}`)).json();
  const { samples } = answer as { samples: { id: string; thumbnail: string }[] };
  const pictures = samples.map(
    async ({ thumbnail }) => new Uint8Array(await (await fetch(url + thumbnail)).arrayBuffer()),
  );
  return { ids: samples.map(({ id }) => id), pictures: await Promise.all(pictures) };
}

async function run(): Promise<void> {
  const parsed = parseOptions(options, process.argv.slice(2), { words: true });
  if (parsed === undefined) return void process.stdout.write(HELP);
  const { values, words } = parsed;
  const names = words.length === 0 ? Object.keys(parts) : words;
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined)
    throw new HoldfastError('OPTION_INVALID', `"${unknown}" is none of ${Object.keys(parts).join(', ')}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const { version } = chooseModel(values.model, undefined, { data }).manifest;
  const line = progressLine();
  const about = machine();
  line.update('filling the gallery');
  await prepareGallery(data, version);
  const server = await startServer(data, version, values.built);
  const reports: Report[] = [];
  try {
    const onProgress = (progress: string): void => line.update(progress);
    const { seconds, minutes, swaps } = values;
    const bench = { server, version, data, seconds, minutes, swaps, onProgress, ...(await samplesOf(server.url)) };
    onProgress('warming up');
    // A server compiles its programs of attacks in the background after a start, which would take time from what is measured.
    const { method, path, headers, body } = everyAttack(bench.pictures[0] ?? new Uint8Array());
    await fetch(`${server.url}${path}`, { method, headers, body: Uint8Array.from(body ?? []) });
    await fire(server.url, bench.pictures.map(search), { seconds: WARM_UP_SECONDS, connections: 4 });
    for (const name of names) reports.push(await (parts[name] as Part)(bench));
  } finally {
    await stopServer(server);
  }
  line.finish(`${reports.length} parts, load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]} at the end`);
  publish(about, reports, values.json);
  if (values.results !== undefined) write(values.results, about, reports);
  for (const { name, faults = [] } of reports) {
    for (const fault of faults) {
      process.stderr.write(`${name}: ${fault}\n`);
      process.exitCode = 1;
    }
  }
}

function write(path: string, about: ReturnType<typeof machine>, reports: readonly Report[]): void {
  const command = `npm run bench:server -- ${process.argv.slice(2).join(' ')}`;
  const commit = commitOf();
  writeFileAtomic(path, `${JSON.stringify({ command, commit, machine: about, reports }, null, 2)}\n`);
  const head = `\`${command}\` at commit ${commit}; ${Object.entries(about)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}.`;
  const sections = reports.map(({ name, rows }) => `## ${name}\n\n${markdown(rows)}\n`);
  writeFileAtomic(path.replace(/\.json$/, '.md'), ['# The server under load\n', `${head}\n`, ...sections].join('\n'));
}

await runCommand(run);
