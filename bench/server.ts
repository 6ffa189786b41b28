import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { decodePicture } from '../embedding/decode.ts';
import { SERVING_FILE } from '../embedding/files.ts';
import { chooseModel } from '../embedding/folders.ts';
import { preprocess, toPixels } from '../embedding/preprocess.ts';
import { createSession, RuntimeTensor } from '../engine/onnxruntime.ts';
import { openGallery } from '../index/index.ts';
import { modelIdentity } from '../server/gallery/identity.ts';
import { interleave, type Report } from './harness.ts';

const ROUNDS = 200;
const RESULTS = 10;

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  /** Milliseconds until searches were answered. */
  readonly readyAfter: number;
}

/** Starts the server as its own process on a free port and waits until it says where it is. */
async function startServer(data: string, version: string): Promise<Started> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts', '--model', version], {
    env: { ...process.env, HOLDFAST_DATA: data, PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /records on (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new HoldfastError('NOT_READY', `the server ended: ${output}`)));
  });
  return { url, child, readyAfter: performance.now() - started };
}

async function stopServer({ child }: Started): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Resident memory of a process in megabytes; Linux only. */
function residentMegabytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Posts the same picture again and again over one connection, with as little work of the client's own as can be. */
function searcher(url: string, picture: Uint8Array): (robustness: string) => Promise<void> {
  const boundary = 'holdfast-bench';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="query.png"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': body.length };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (robustness) =>
    new Promise((resolve, reject) => {
      const path = `${url}/search?k=${RESULTS}&robustness=${robustness}`;
      const sent = request(path, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new HoldfastError('INTERNAL', `/search answered ${response.statusCode}`));
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
}

/** What a search over HTTP costs one client, beside what decoding, forward pass and index query cost by themselves. */
export async function benchServer(): Promise<Report> {
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const { directory, manifest } = chooseModel(undefined, undefined, { data });
  const { version } = manifest;
  // The first start fills the gallery; the second is the one whose time counts.
  await stopServer(await startServer(data, version));
  const server = await startServer(data, version);
  const copy = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    cpSync(join(data, 'gallery', version), copy, { recursive: true });
    const gallery = await openGallery({
      directory: copy,
      model: modelIdentity(manifest),
      dimension: manifest.dimension,
    });
    const bytes = readFileSync(join(data, 'sample.png'));
    const session = await createSession(join(directory, SERVING_FILE), 2);
    const { size } = manifest.preprocessing;
    const pixels = toPixels(await preprocess(await decodePicture(bytes), manifest.preprocessing));
    const forward = () => session.run({ images: new RuntimeTensor('float32', pixels, [1, size, size, 3]) });
    const vector = (await forward()).embeddings?.data as Float32Array;
    const search = searcher(server.url, bytes);
    const timings = await interleave(
      [
        { name: 'image decode', run: async () => preprocess(await decodePicture(bytes), manifest.preprocessing) },
        { name: 'forward pass', run: forward },
        { name: 'index query', run: () => gallery.search(vector, { k: RESULTS + 1 }) },
        { name: '/search, robustness=none', run: () => search('none') },
        { name: '/search, robustness=margin', run: () => search('margin') },
        { name: '/search, robustness=gradient', run: () => search('gradient') },
      ],
      ROUNDS,
      20,
    );
    const bare = timings.slice(0, 3).reduce((sum, { median }) => sum + median, 0);
    const memory = residentMegabytes(server.child.pid);
    const { count } = await gallery.status();
    await gallery.close();
    await session.release();
    const ratio = (median: number): string => (median / bare).toFixed(2);
    return {
      name: `/search of one client, ${count} images, model ${version}`,
      rows: [
        ['', 'ms', '10-90 %', 'of the three'],
        ...timings.map(({ name, median, low, high }) => [
          name,
          median.toFixed(2),
          `${low.toFixed(2)}-${high.toFixed(2)}`,
          ratio(median),
        ]),
        ['the three together', bare.toFixed(2), '', '1.00'],
        ['later start to ready', server.readyAfter.toFixed(0), '', ''],
        ['resident memory, MB', memory.toFixed(0), '', ''],
      ],
      figures: {
        ...Object.fromEntries(timings.map(({ name, median }) => [name, Number(median.toFixed(3))])),
        bare: Number(bare.toFixed(3)),
        readyAfter: Math.round(server.readyAfter),
        residentMegabytes: Math.round(memory),
      },
    };
  } finally {
    rmSync(copy, { recursive: true });
    await stopServer(server);
  }
}
