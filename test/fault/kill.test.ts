import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { LocalGallery } from '../../index/local.ts';
import { codeOf, optionsOf, temporaryFolders } from '../index/support/galleries.ts';
import { randomUnit } from '../index/support/vectors.ts';
import { DIMENSION, Ledger } from './support/ledger.ts';

/* HOLDFAST_TEST_KILLS says how often the writer is killed, and HOLDFAST_TEST_SEED when. */
const KILLS = Number(process.env.HOLDFAST_TEST_KILLS ?? 5);
const SEED = process.env.HOLDFAST_TEST_SEED ?? 'kill';

const folder = temporaryFolders();
const WRITER = fileURLToPath(new URL('./support/writer.ts', import.meta.url));

/** Starts a writer and kills it `delay` ms after its `acknowledgements`-th acknowledged write. Nothing is tidied up. */
async function killedWriter(
  directory: string,
  round: string,
  acknowledgements: number,
  delay: number,
): Promise<Ledger> {
  const writer = spawn(process.execPath, ['--import', 'tsx', WRITER, directory, round], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(writer, 'exit');
  const ledger = new Ledger();
  let killing: Promise<void> | undefined;
  const kill = async (): Promise<void> => {
    await sleep(delay);
    writer.kill('SIGKILL');
  };
  for await (const line of createInterface(writer.stdout)) {
    ledger.read(line);
    if (ledger.acknowledged >= acknowledgements) killing ??= kill();
  }
  await killing;
  expect(await ended).toEqual([null, 'SIGKILL']);
  return ledger;
}

function expectKept(gallery: LocalGallery, ledger: Ledger): void {
  const isThere = (id: string): boolean => gallery.get(id) !== undefined;
  const lost = [...ledger.present].filter((id) => !isThere(id) && !ledger.isOpen(id));
  expect(lost).toEqual([]);
  expect([...ledger.gone].filter(isThere)).toEqual([]);
  for (const batch of ledger.batches) {
    const rest = batch.filter((id) => !ledger.gone.has(id) && !ledger.present.has(id));
    expect([0, rest.length]).toContain(rest.filter(isThere).length);
  }
}

describe('a server that is killed without warning', () => {
  /** Kills one writer after the other, each on what the last one left, and then looks at the gallery. */
  async function expectKeptAfter(kills: readonly (readonly [number, number])[]): Promise<void> {
    const directory = folder();
    const ledgers: Ledger[] = [];
    for (const [round, [acknowledgements, delay]] of kills.entries()) {
      ledgers.push(await killedWriter(directory, `k${round}`, acknowledgements, delay));
    }
    const gallery = new LocalGallery(optionsOf(directory, DIMENSION));
    for (const ledger of ledgers) expectKept(gallery, ledger);
    const { count } = gallery.status();
    const hits = gallery.sample(count);
    expect(hits).toHaveLength(count);
    for (const { id, vector } of hits) expect(gallery.search(vector, { k: 1 })).toMatchObject([{ id, distance: 0 }]);
    await gallery.close();
  }

  it('at its first write keeps what it acknowledged', async () => {
    await expectKeptAfter([[1, 0]]);
  });

  it(
    `${KILLS} times, in the middle of writes and folds, keeps what it acknowledged (seed ${SEED})`,
    async () => {
      const random = createRandom(SEED);
      await expectKeptAfter(Array.from({ length: KILLS }, () => [1 + random.integer(60), random.integer(12)]));
    },
    60_000 + 20_000 * KILLS,
  );

  it('holds the folder while it lives', async () => {
    const directory = folder();
    const writer = spawn(process.execPath, ['--import', 'tsx', WRITER, directory, 'alive'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(writer, 'exit');
    await once(writer.stdout, 'data');
    expect(codeOf(() => new LocalGallery(optionsOf(directory, DIMENSION)))).toBe('INDEX_LOCKED');
    writer.kill('SIGKILL');
    await ended;
    const gallery = new LocalGallery(optionsOf(directory, DIMENSION));
    expect(gallery.search(randomUnit(createRandom(1), DIMENSION), { k: 1 }).length).toBeLessThanOrEqual(1);
    await gallery.close();
  });
});
