import { describe, expect, it } from 'vitest';
import { batchLine, reportOf, type StageReport } from '../../trainer/batch-report.ts';
import { beginningOf } from '../../trainer/checkpoint.ts';
import { progressText } from '../../trainer/report.ts';
import { withValues } from '../../trainer/running-means.ts';
import { speedMeter } from '../../trainer/speed-meter.ts';

const report: StageReport = {
  ...{ stage: 'ca-tride', epoch: 2, epochs: 10, batch: 7, batches: 50, step: 57 },
  ...{ loss: 0.1234, collapseness: -0.2, hardness: -0.05, imagesPerSecond: 321.4, waiting: 0.034 },
};

describe('the progress line', () => {
  it('shows where a training is and how it goes', () => {
    expect(progressText(report, 125, 1.26e9)).toBe(
      'ca-tride epoch 2/10 step 7/50  loss 0.1234  collapseness -0.200  hardness -0.050  321 images/s  3 % waiting  2m05s left  1.3 GB',
    );
  });

  it('leaves out what a defense does not measure, and keeps small speeds apart', () => {
    const text = progressText({ ...report, collapseness: undefined, hardness: undefined, imagesPerSecond: 1.26 }, 5);
    expect(text).not.toMatch(/collapseness|hardness/);
    expect(text).toContain('1.3 images/s');
  });
});

describe('what is reported of a batch', () => {
  const source = { waited: 10 };
  let now = 1000;
  const meter = speedMeter(source, () => now);
  meter.count(100);
  now = 3000;
  source.waited = 10.5;
  const means = withValues(withValues({}, { loss: 1, hardness: undefined }), { loss: 3, hardness: 0.5 });
  const progress = { ...beginningOf('hm'), epoch: 1, batch: 2, batches: 6, means };
  const stage = { name: 'hm', from: undefined, epochs: 4, rate: 1, schedule: 'constant', warmup: 0 } as const;
  const shown = reportOf(stage, progress, 4, meter);

  it('is the means of the epoch, the speed of this sitting and the share of waiting', () => {
    expect(shown).toEqual({
      ...{ stage: 'hm', epoch: 2, epochs: 4, batch: 2, batches: 4, step: 6 },
      ...{ loss: 2, collapseness: undefined, hardness: 0.5, imagesPerSecond: 50, waiting: 0.25 },
    });
  });

  it("is the batch's own figures in the log, without those it has not", () => {
    const learner = { weights: {}, adam: { first: {}, second: {}, updates: 0 }, lossParameters: {}, memory: {} };
    const line = batchLine(shown, { learner, loss: 3, steps: 16, spread: { meanDistance: 1, variance: 0.1 } }, 0.5, 7);
    expect(line).toMatchObject({ kind: 'batch', loss: 3, attackSteps: 16, meanDistance: 1, rate: 0.5, seconds: 7 });
    expect(line).not.toHaveProperty('collapseness');
    expect(JSON.parse(JSON.stringify(line))).toEqual(line);
  });
});
