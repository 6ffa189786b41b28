/** What the monitor sees of a batch. */
export interface SeenBatch {
  /** Updates of the stage before it. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm?: number | undefined;
  readonly spread?: { readonly meanDistance: number; readonly variance: number } | undefined;
}

export interface CollapseLimits {
  /** Batches that a sign has to last. */
  readonly patience: number;
  /** What the loss is when all embeddings are one point: the margin of a hinge. Empty where it is not known. */
  readonly margins: readonly number[];
}

/** Batches that a sign has to last before a run is stopped. */
export const PATIENCE = 40;

/** How near to a margin a loss is stuck, as a share of the margin. */
const NEAR_MARGIN = 2e-3;
/** A mean distance, and a variance, below which embeddings are one point to the arithmetic that compares them. */
const NO_DISTANCE = 1e-3;
const NO_VARIANCE = 1e-9;
/** Signs that recede are none: a healthy network starts near the margin too, and leaves it. Less than this, and than a tenth of
 * the limit, is noise. */
const RECEDES = 1.05;

const CURE =
  'use a lower --rate, an easier --miner (random), a --warmup, pretrained weights (--init, --pretrained), ' +
  'or an attack that grows with the epochs (--step-scale linear); --no-collapse-monitor goes on regardless';

/**
 * Whether the last batches of a stage show a collapse: numbers that are none, embeddings that are one point, or a loss that
 * stays where one point puts it. A sign that weakens within the batches is none.
 * @param recent the last batches, oldest first; what is older than the patience is not looked at.
 * @returns what was seen, with figures and since when, and what to change; undefined for a healthy run.
 */
export function collapseIn(recent: readonly SeenBatch[], { patience, margins }: CollapseLimits): string | undefined {
  const last = recent.at(-1);
  if (last === undefined) return undefined;
  const broken = brokenNumber(last);
  if (broken !== undefined) return `${broken} in update ${last.step + 1}; ${CURE}`;
  if (recent.length < patience) return undefined;
  const window = recent.slice(-patience);
  const seen = onePoint(window) ?? stuckAtMargin(window, margins);
  return seen === undefined ? undefined : `${seen}, since update ${(window[0] as SeenBatch).step + 1}; ${CURE}`;
}

function brokenNumber({ loss, gradientNorm, spread }: SeenBatch): string | undefined {
  const numbers = {
    'the loss': loss,
    'the norm of the gradients': gradientNorm,
    'the mean distance': spread?.meanDistance,
  };
  const found = Object.entries(numbers).find(([, value]) => value !== undefined && !Number.isFinite(value));
  return found === undefined ? undefined : `${found[0]} is ${found[1]}`;
}

function onePoint(window: readonly SeenBatch[]): string | undefined {
  const spreads = window.flatMap(({ spread }) => (spread === undefined ? [] : [spread]));
  if (spreads.length < window.length) return undefined;
  const distances = spreads.map(({ meanDistance }) => meanDistance);
  const variances = spreads.map(({ variance }) => variance);
  for (const [what, values, limit] of [
    ['the mean distance between embeddings', distances, NO_DISTANCE],
    ['the variance of the embeddings', variances, NO_VARIANCE],
  ] as const) {
    if (values.every((value) => value < limit) && !grows(values, limit / 10)) {
      return `${what} is ${(values.at(-1) as number).toPrecision(2)}: they have become one point`;
    }
  }
  return undefined;
}

function stuckAtMargin(window: readonly SeenBatch[], margins: readonly number[]): string | undefined {
  const away = window.map(({ loss }) => Math.min(...margins.map((margin) => Math.abs(loss - margin) / margin)));
  if (margins.length === 0 || away.some((share) => share > NEAR_MARGIN) || grows(away, NEAR_MARGIN / 10))
    return undefined;
  const { loss } = window.at(-1) as SeenBatch;
  return `the loss stays at ${loss.toPrecision(4)}, where all distances are equal`;
}

/** Whether the later half is larger than the earlier, and than the floor. */
function grows(values: readonly number[], floor: number): boolean {
  const half = values.length >> 1;
  const sum = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0);
  const [before, after] = [sum(values.slice(0, half)) / half, sum(values.slice(half)) / (values.length - half)];
  return after > Math.max(RECEDES * before, floor);
}
