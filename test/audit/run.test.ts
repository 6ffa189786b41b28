import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quick } from '../../attack/suite/profiles.ts';
import type { AuditData } from '../../audit/data.ts';
import { type AuditSetting, audit, queriesOf } from '../../audit/run.ts';
import { reportSchema } from '../../audit/schema.ts';
import type { AuditReport } from '../../audit/types.ts';
import { createRandom } from '../../base/random.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import { createEngine } from '../../engine/index.ts';
import type { Engine } from '../../engine/types.ts';
import { SIZE, smallNet } from '../attack/support/small-net.ts';
import { imagesOf, labels } from './support/subject.ts';

const hash = (digit: string): string => digit.repeat(64);

const model = (version: string, digit: string): ModelVersion => ({
  directory: version,
  backbone: smallNet,
  weights: smallNet.init(createRandom(version)),
  manifest: {
    format: 1,
    version,
    backbone: smallNet.name,
    dimension: smallNet.dimension,
    preprocessing: { size: SIZE, fit: 'contain', kernel: 'linear' },
    files: { 'weights.safetensors': hash(digit) },
    training: { data: 'noise', defense: 'vanilla' },
    metrics: {},
    calibration: { shiftPerLevel: 0.1 },
  },
});

const data: AuditData = {
  name: 'noise',
  split: 'test',
  sha256: hash('d'),
  labels: Int32Array.from(labels),
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
  images: async (rows) => imagesOf(rows),
  close: async () => {},
};

describe('an audit', () => {
  let engine: Engine;
  let folder: string;
  let whole: AuditReport;
  const said: string[] = [];

  const setting = (name: string, options: Partial<AuditSetting> = {}): AuditSetting => ({
    ...{ engine, data, model: model('net', 'a'), protocol: 'exact', seed: 1, sample: 6, blackBoxQueries: 8, nmi: true },
    profile: {
      ...quick,
      batch: 8,
      queries: 12,
      budget: { ...quick.budget, epsilon: 32 / 255, steps: 4, keepBest: true },
    },
    twin: model('twin', 'b'),
    transfer: model('twin', 'b'),
    memory: join(folder, `${name}.jsonl`),
    onProgress: (text) => said.push(text),
    signal: new AbortController().signal,
    ...options,
  });

  beforeAll(async () => {
    engine = await createEngine({ device: 'cpu', threads: 1 });
    folder = mkdtempSync(join(tmpdir(), 'audit-'));
    whole = await audit(setting('whole'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says all that a report has, and says how far it is', () => {
    expect(reportSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(whole.queries).toHaveLength(12);
    expect(whole.evidence.rows).toHaveLength(6);
    expect(whole.evidence.rows.every((row) => whole.queries.includes(row))).toBe(true);
    expect(whole.verdicts).toHaveLength(13);
    expect(whole.threatModel).toContain('32/255');
    expect(said.filter((text) => /^checking, \d+ of 14/.test(text))).toHaveLength(14);
    expect(said.some((text) => text.startsWith('GTT, 100 %'))).toBe(true);
  });

  it('shows queries with what they find, their own class first before the attack', () => {
    const { leastRobust, mostRobust } = whole.examples;
    expect(leastRobust.length + mostRobust.length).toBeGreaterThan(0);
    for (const { row, before, after, clean, attacked } of [...leastRobust, ...mostRobust]) {
      expect(before[0]?.match).toBe(true);
      expect(before.map((each) => each.row)).not.toContain(row);
      expect(after).toHaveLength(before.length);
      expect(attacked).not.toBe(clean);
    }
  });

  it.each([3, 25])(
    'that was stopped after %i steps of progress ends as one that was not',
    async (after) => {
      const stop = new AbortController();
      let heard = 0;
      const onProgress = (): void => {
        if (++heard === after) stop.abort(new Error('stopped'));
      };
      const name = `stopped ${after}`;
      await expect(audit(setting(name, { onProgress, signal: stop.signal }))).rejects.toThrow('stopped');
      const resumed = await audit(setting(name));
      expect({ ...resumed, createdAt: '' }).toEqual({ ...whole, createdAt: '' });
    },
    300_000,
  );

  it('is computed once', async () => {
    const images = async () => {
      throw new RangeError('no picture');
    };
    // The gallery is embedded and the examples are drawn anew; the attacks are not.
    await expect(audit(setting('whole', { data: { ...data, images } }))).rejects.toThrow('no picture');
    const kept = readFileSync(setting('whole').memory, 'utf8');
    const again = await audit(setting('whole'));
    expect(readFileSync(setting('whole').memory, 'utf8')).toBe(kept);
    expect({ ...again, createdAt: '' }).toEqual({ ...whole, createdAt: '' });
  });

  it('leaves unchecked what it was given no other model for, and attacks any query as the released evaluation does', async () => {
    const { keepBest: _, ...budget } = setting('').profile.budget;
    const lonely = {
      ...data,
      labels: Int32Array.from(labels, (label, row) => (row === 3 ? 6 : label)),
      classes: [...data.classes, 'g'],
    };
    const profile = { ...setting('').profile, queries: 30, budget };
    const alone = await audit(
      setting('alone', {
        twin: undefined,
        transfer: undefined,
        nmi: false,
        protocol: 'robrank',
        profile,
        data: lonely,
      }),
    );
    const open = alone.verdicts.filter(({ state }) => state === 'unchecked').map(({ id }) => id);
    expect(open).toEqual(['stronger-than-transfer', 'undefended-twin-falls']);
    expect(alone.benign.nmi).toBeNull();
    expect(alone.threatModel).toContain('the last iterate counts');
    expect(alone.queries).toContain(3);
    expect(queriesOf({ data: lonely, profile, protocol: 'exact', seed: 1 })).not.toContain(3);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(alone)))).toEqual(alone);
  });
});
