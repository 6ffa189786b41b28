import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { decodePicture } from '../../embedding/decode.ts';
import { SERVING_FILE } from '../../embedding/files.ts';
import { chooseModel } from '../../embedding/folders.ts';
import { preprocess, toPixels } from '../../embedding/preprocess.ts';
import { createSession, RuntimeTensor } from '../../engine/onnxruntime.ts';
import { openGallery } from '../../index/index.ts';
import { modelIdentity } from '../../server/gallery/identity.ts';
import { interleave, type Report } from '../harness.ts';
import { upload } from './requests.ts';
import { prepareGallery, startServer, stopServer } from './started.ts';
import { usageOf } from './usage.ts';

const ROUNDS = 200;
const RESULTS = 10;

/** Posts the same picture again and again over one connection, with as little work of the client's own as can be. */
function searcher(url: string, picture: Uint8Array): (fields: string) => Promise<void> {
  const shape = upload('/search', picture);
  const headers = { ...shape.headers, 'content-length': shape.body?.length ?? 0 };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (fields) =>
    new Promise((resolve, reject) => {
      const path = `${url}/search?k=${RESULTS}&${fields}`;
      const sent = request(path, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new HoldfastError('INTERNAL', `/search answered ${response.statusCode}`));
        });
      });
      sent.once('error', reject);
      sent.end(shape.body);
    });
}

/** What a search over HTTP costs one client, beside what decoding, forward pass and index query cost by themselves. */
export async function benchCost(): Promise<Report> {
  const data = process.env.HOLDFAST_DATA ?? '.holdfast';
  const { directory, manifest } = chooseModel(undefined, undefined, { data });
  const { version } = manifest;
  // The first start fills the gallery; the second is the one whose time counts.
  await prepareGallery(data, version);
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
        { name: '/search, robustness=none', run: () => search('robustness=none') },
        { name: '/search, robustness=margin', run: () => search('robustness=margin') },
        { name: '/search, robustness=gradient', run: () => search('robustness=gradient') },
        { name: '/search, include=suspicion', run: () => search('robustness=margin&include=suspicion') },
      ],
      ROUNDS,
      20,
    );
    const bare = timings.slice(0, 3).reduce((sum, { median }) => sum + median, 0);
    const memory = usageOf(server.pid).megabytes;
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
