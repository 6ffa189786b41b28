import type { Progress } from './checkpoint.ts';
import type { BatchReport } from './defenses/index.ts';
import type { LogLine } from './monitor/log.ts';
import type { Stage } from './recipe.ts';
import { meanOf } from './running-means.ts';
import type { SpeedMeter } from './speed-meter.ts';

/** What is shown and logged while a stage runs. */
export interface StageReport {
  readonly stage: string;
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** 1-based, of the epoch. */
  readonly batch: number;
  readonly batches: number;
  /** Updates of the stage so far. */
  readonly step: number;
  /** Means over the epoch so far. */
  readonly loss: number;
  readonly collapseness: number | undefined;
  readonly hardness: number | undefined;
  /** Of this sitting's part of the epoch. */
  readonly imagesPerSecond: number;
  /** Share of that time that was spent waiting for images. */
  readonly waiting: number;
}

/** @param progress after the batch. @param batches of an epoch. */
export function reportOf(stage: Stage, progress: Progress, batches: number, meter: SpeedMeter): StageReport {
  const { epoch, batch, batches: step, means } = progress;
  return {
    stage: stage.name,
    epoch: epoch + 1,
    epochs: stage.epochs,
    batch,
    batches,
    step,
    loss: meanOf(means, 'loss') ?? Number.NaN,
    collapseness: meanOf(means, 'collapseness'),
    hardness: meanOf(means, 'hardness'),
    imagesPerSecond: meter.imagesPerSecond(),
    waiting: meter.waiting(),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(6));

/** The log's line of a batch: its own figures, not the epoch's means. `memory` in megabytes. */
export function batchLine(shown: StageReport, report: BatchReport, rate: number, seconds: number): LogLine {
  const { stage, epoch, epochs, batch, batches, step, imagesPerSecond, waiting } = shown;
  const { loss, collapseness, hardness, steps, spread, gradientNorm } = report;
  const figures = {
    loss,
    collapseness,
    hardness,
    attackSteps: steps,
    meanDistance: spread?.meanDistance,
    variance: spread?.variance,
    gradientNorm,
    rate,
    imagesPerSecond,
    waiting,
    seconds,
    memory: process.memoryUsage.rss() / 1e6,
  };
  const known = Object.entries(figures).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, rounded(value)]],
  );
  return { kind: 'batch', stage, epoch, epochs, batch, batches, step, ...Object.fromEntries(known) };
}
