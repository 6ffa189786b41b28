import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../base/random.ts';
import { LocalGallery } from '../../index/local.ts';
import { listSnapshots, restoreSnapshot } from '../../index/snapshots/index.ts';
import { codeOf, optionsOf, temporaryFolders } from '../index/support/galleries.ts';
import { randomUnit } from '../index/support/vectors.ts';
import { scriptArguments } from '../support/bundles/bundled.ts';
import { DIMENSION, Ledger, type Moment } from './support/ledger.ts';

/* HOLDFAST_TEST_KILLS says how often the writer is killed, and HOLDFAST_TEST_SEED when. */
const KILLS = Number(process.env.HOLDFAST_TEST_KILLS ?? 8);
const SEED = process.env.HOLDFAST_TEST_SEED ?? 'kill';
/** Records that are searched for afterwards. */
const LOOKED_AT = 2000;

const folder = temporaryFolders();
const WRITER = fileURLToPath(new URL('./support/writer.ts', import.meta.url));

/** When a writer is killed: `delay` milliseconds after its `times`-th line that begins with `verb`. */
interface Kill {
  readonly verb: string;
  readonly times: number;
  readonly delay: number;
}

/** A random moment of each kind of work. */
const moments: readonly ((random: Random) => Kill)[] = [
  (random) => ({ verb: 'added', times: 1 + random.integer(60), delay: random.integer(12) }),
  (random) => ({ verb: 'folding', times: 1 + random.integer(3), delay: random.integer(400) }),
  (random) => ({ verb: 'swapping', times: 1 + random.integer(2), delay: random.integer(6) }),
  (random) => ({ verb: 'snapshotting', times: 1 + random.integer(2), delay: random.integer(900) }),
];

/** Each kind in turn. */
function momentOf(round: number, random: Random): Kill {
  const moment = moments[round % moments.length];
  if (moment === undefined) throw new RangeError('there are no moments');
  return moment(random);
}

function startWriter(directory: string, round: string, snapshots = ''): ChildProcess {
  // A group of its own, so that what it has started ends with it, as in a power cut.
  return spawn(process.execPath, [...scriptArguments(WRITER), directory, round, snapshots], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) throw new Error('the writer was not started');
  process.kill(-pid, 'SIGKILL');
}

/** Starts a writer and kills it. Nothing is tidied up. */
async function killedWriter(directory: string, round: string, snapshots: string, kill: Kill): Promise<Ledger> {
  const { verb, times, delay } = kill;
  const writer = startWriter(directory, round, verb === 'snapshotting' ? snapshots : '');
  const ended = once(writer, 'exit');
  const ledger = new Ledger();
  let killing: Promise<void> | undefined;
  const killSoon = async (): Promise<void> => {
    await sleep(delay);
    killGroup(writer);
  };
  for await (const line of createInterface(writer.stdout as NodeJS.ReadableStream)) {
    ledger.read(line);
    if (ledger.said(verb) >= times) killing ??= killSoon();
  }
  await killing;
  expect([kill, ...(await ended)]).toEqual([kill, null, 'SIGKILL']);
  return ledger;
}

/** What the ledger says of a moment is so: of its end, or of the beginning of a snapshot. */
function expectKept(gallery: LocalGallery, ledger: Ledger, { present, gone }: Moment): void {
  const isThere = (id: string): boolean => gallery.get(id) !== undefined;
  expect([...present].filter((id) => !isThere(id) && !ledger.isLeaving(id))).toEqual([]);
  expect([...gone].filter(isThere)).toEqual([]);
  for (const batch of ledger.batches) {
    const rest = batch.filter((id) => !ledger.isLeaving(id));
    expect([0, rest.length]).toContain(rest.filter(isThere).length);
  }
}

/** Every snapshot that was acknowledged is listed, and every one that is listed can be restored. */
async function expectSnapshots(snapshots: string, ledgers: readonly Ledger[]): Promise<void> {
  const listed = listSnapshots(snapshots);
  const acknowledged = ledgers.flatMap((ledger) => [...ledger.snapshots.keys()]);
  const names = new Set(listed.map(({ name }) => name));
  expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
  for (const { name, count } of listed) {
    const elsewhere = folder();
    restoreSnapshot(join(snapshots, name), elsewhere);
    const gallery = new LocalGallery(optionsOf(elsewhere, DIMENSION));
    expect(gallery.count()).toBe(count);
    for (const ledger of ledgers) {
      const moment = ledger.snapshots.get(name);
      if (moment !== undefined) expectKept(gallery, ledger, moment);
    }
    await gallery.close();
  }
}

describe('a server that is killed without warning', () => {
  /** Kills one writer after the other, each on what the last one left, and then looks at the gallery. */
  async function expectKeptAfter(kills: readonly Kill[]): Promise<void> {
    const [directory, snapshots] = [folder(), folder()];
    const ledgers: Ledger[] = [];
    for (const [round, kill] of kills.entries()) {
      ledgers.push(await killedWriter(directory, `k${round}`, snapshots, kill));
    }
    const gallery = new LocalGallery(optionsOf(directory, DIMENSION));
    expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([]);
    for (const ledger of ledgers) expectKept(gallery, ledger, ledger);
    const hits = gallery.sample(LOOKED_AT);
    expect(hits).toHaveLength(Math.min(gallery.count(), LOOKED_AT));
    for (const { id, vector } of hits) expect(gallery.search(vector, { k: 1 })).toMatchObject([{ id, distance: 0 }]);
    await gallery.close();
    await expectSnapshots(snapshots, ledgers);
  }

  it('at its first write keeps what it acknowledged', async () => {
    await expectKeptAfter([{ verb: 'added', times: 1, delay: 0 }]);
  });

  it(
    `${KILLS} times, in the middle of writes, folds, swaps and snapshots, keeps what it acknowledged (seed ${SEED})`,
    async () => {
      const random = createRandom(SEED);
      await expectKeptAfter(Array.from({ length: KILLS }, (_, i) => momentOf(i, random)));
    },
    60_000 + 20_000 * KILLS,
  );

  it('holds the folder while it lives', async () => {
    const directory = folder();
    const writer = startWriter(directory, 'alive');
    const ended = once(writer, 'exit');
    await once(writer.stdout as NodeJS.ReadableStream, 'data');
    expect(codeOf(() => new LocalGallery(optionsOf(directory, DIMENSION)))).toBe('INDEX_LOCKED');
    killGroup(writer);
    await ended;
    const gallery = new LocalGallery(optionsOf(directory, DIMENSION));
    expect(gallery.search(randomUnit(createRandom(1), DIMENSION), { k: 1 }).length).toBeLessThanOrEqual(1);
    await gallery.close();
  });
});
