import { HoldfastError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import type { Weights } from '../embedding/types.ts';
import { batchLine, reportOf, type StageReport } from './batch-report.ts';
import type { Progress } from './checkpoint.ts';
import { createSaver } from './checkpoint-saver.ts';
import type { Training } from './defenses/index.ts';
import { type Learner, resultOf } from './learner.ts';
import type { Loader } from './loading/index.ts';
import { collapseIn, PATIENCE, type SeenBatch } from './monitor/collapse.ts';
import type { RunLog } from './monitor/log.ts';
import { PRETRAINING, type Stage } from './recipe.ts';
import { meanOf, withValues } from './running-means.ts';
import { spc2 } from './samplers/index.ts';
import { rateAt } from './schedule.ts';
import { speedMeter } from './speed-meter.ts';

/** Where a stage's batches come from. */
export type ImageSource = Pick<Loader, 'epoch' | 'waited'>;

export interface StageSetting {
  readonly folder: string;
  readonly labels: ArrayLike<number>;
  readonly source: ImageSource;
  readonly pairs: number;
  readonly seed: number;
  readonly log: RunLog;
  /** Batches from one line of the log to the next. */
  readonly logEvery: number;
  /** Seconds from one checkpoint to the next, beside those at the end of each epoch; 0 saves after each batch. */
  readonly checkpointSeconds: number;
  /** Values of the loss that tell of a collapse; undefined leaves the run unwatched. */
  readonly watch: { readonly margins: readonly number[] } | undefined;
  /** Epochs from one validation to the next, and what it gives by name. */
  readonly validation?: { readonly every: number; readonly run: (weights: Weights) => Promise<Record<string, number>> };
  readonly onBatch: (report: StageReport) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs a stage from where it stands to its end. All randomness of a batch comes from the seed, the stage's name and the numbers of
 * epoch and batch, so that a run that was killed at any moment and resumed from its checkpoint ends with the same bits.
 * @throws the signal's reason when it is aborted, after a checkpoint; HoldfastError TRAINING_COLLAPSED with what was seen.
 */
export async function runStage(
  stage: Stage,
  training: Training,
  from: { readonly learner: Learner; readonly progress: Progress },
  setting: StageSetting,
): Promise<{ readonly learner: Learner; readonly progress: Progress }> {
  // Systems that are compared see the same batches: only pre-training has its own.
  const source = createRandom(setting.seed).fork(stage.name === PRETRAINING ? PRETRAINING : 'training');
  const saver = createSaver(setting.folder, setting.checkpointSeconds, setting.log);
  const watch = watcher(stage, setting);
  let { learner, progress } = from;
  while (progress.epoch < stage.epochs) {
    const { epoch } = progress;
    const random = source.fork(`epoch ${epoch}`);
    const batches = spc2.epoch(setting.labels, setting.pairs, random.fork('sampler'));
    const updates = stage.epochs * batches.length;
    const meter = speedMeter(setting.source);
    const secondsBefore = progress.seconds;
    let batch = progress.batch;
    for await (const images of setting.source.epoch(batches, random.fork('pictures'), batch)) {
      if (setting.signal.aborted) saver.save(progress, learner);
      setting.signal.throwIfAborted();
      const rows = batches[batch] as readonly number[];
      const rate = rateAt(stage, (epoch + batch / batches.length) / stage.epochs, updates);
      const report = await training.train(learner, {
        epoch,
        epochs: stage.epochs,
        index: progress.batches,
        rate,
        images,
        labels: rows.map((row) => setting.labels[row] as number),
        random: random.fork(`batch ${batch}`).fork('miner'),
      });
      watch({ ...report, step: progress.batches }, epoch);
      learner = report.learner;
      meter.count(rows.length);
      batch += 1;
      const { loss, collapseness, hardness } = report;
      progress = {
        ...progress,
        batch,
        batches: progress.batches + 1,
        seconds: secondsBefore + meter.seconds(),
        means: withValues(progress.means, { loss, collapseness, hardness }),
      };
      const shown = reportOf(stage, progress, batches.length, meter);
      if (progress.batches % setting.logEvery === 0 || batch === batches.length) {
        setting.log.append(batchLine(shown, report, rate, progress.seconds));
      }
      setting.onBatch(shown);
      if (batch < batches.length) saver.saveIfDue(progress, learner);
    }
    progress = await endEpoch(stage, learner, progress, setting, saver.save);
  }
  return { learner, progress };
}

/** Logs an epoch, validates where it is time, and saves. What is done before the first save is not done again. */
async function endEpoch(
  stage: Stage,
  learner: Learner,
  progress: Progress,
  { validation, log }: StageSetting,
  save: (progress: Progress, learner: Learner) => void,
): Promise<Progress> {
  const epoch = progress.epoch + 1;
  if (validation !== undefined && (epoch % validation.every === 0 || epoch === stage.epochs)) {
    save(progress, learner);
    const figures = await validation.run(resultOf(learner));
    log.append({ kind: 'validation', stage: stage.name, epoch, step: progress.batches, ...figures });
  }
  const [loss, collapseness, hardness] = ['loss', 'collapseness', 'hardness'].map((n) => meanOf(progress.means, n));
  const { batches: step, seconds } = progress;
  log.append({ kind: 'epoch', stage: stage.name, epoch, step, loss, collapseness, hardness, seconds });
  const next = { ...progress, epoch, batch: 0, means: {} };
  save(next, learner);
  return next;
}

function watcher(stage: Stage, { watch }: StageSetting): (seen: SeenBatch, epoch: number) => void {
  const recent: SeenBatch[] = [];
  return ({ step, loss, gradientNorm, spread }, epoch) => {
    if (watch === undefined) return;
    recent.push({ step, loss, gradientNorm, spread });
    // While the rate still grows, a network that has not left its start has not collapsed.
    if (recent.length > (step < stage.warmup ? 1 : PATIENCE)) recent.shift();
    const seen = collapseIn(recent, { patience: PATIENCE, margins: watch.margins });
    if (seen !== undefined) {
      throw new HoldfastError('TRAINING_COLLAPSED', `${stage.name}, epoch ${epoch + 1} of ${stage.epochs}: ${seen}`);
    }
  };
}
