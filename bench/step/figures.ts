import { median } from '../../base/statistics.ts';
import { type Passes, passesIn, scheduleMean } from './arithmetic.ts';
import type { Update } from './update.ts';

/** What an update of one kind costs. */
export interface Cost {
  readonly name: string;
  /** Of the attack. */
  readonly steps: number;
  readonly seconds: number;
  /** Of these, outside programs: mining, measures, joining of images. */
  readonly outside: number;
  /** Multiply-adds of the programs that ran. */
  readonly done: number;
  /** Those that an update cannot do without. */
  readonly needed: number;
}

/** Medians over updates of one kind. @param forward multiply-adds of the forward pass of one image. */
export function costOf(name: string, updates: readonly Update[], forward: number, passes: Passes): Cost {
  const { multiplyAdds, steps } = updates[0] as Update;
  return {
    name,
    steps,
    seconds: median(updates.map(({ seconds }) => seconds)),
    outside: median(updates.map(({ seconds, programSeconds }) => seconds - programSeconds)),
    done: passesIn(multiplyAdds, steps),
    needed: forward * passesIn(passes, steps),
  };
}

/** What an update costs on average over a schedule. */
export function scheduleCost(epochs: number, candidates: Cost, anchors: Cost, first: Cost): Cost {
  const mean = (pick: (cost: Cost) => number): number =>
    scheduleMean(epochs, pick(first), { candidates: pick(candidates), anchors: pick(anchors) });
  return {
    name: `mean of ${epochs} epochs`,
    steps: mean(({ steps }) => steps),
    seconds: mean(({ seconds }) => seconds),
    outside: mean(({ outside }) => outside),
    done: mean(({ done }) => done),
    needed: mean(({ needed }) => needed),
  };
}

/** 1e9 operations a second, two for each multiply-add. */
export function rate(multiplyAdds: number, seconds: number): number {
  return (2 * multiplyAdds) / seconds / 1e9;
}

export const HEAD = [
  '',
  'update',
  'steps',
  's',
  'images/s',
  'G multiply-adds',
  'needed',
  'ratio',
  'GFLOP/s',
  'of Conv',
  'outside programs',
];

/**
 * A row below `HEAD`, after its first column. Only arithmetic that is needed counts as speed.
 * @param images of a batch. @param reachable GFLOP/s of ONNX Runtime's own kernels.
 */
export function rowOf({ name, steps, seconds, outside, done, needed }: Cost, images: number, reachable: number) {
  const reached = rate(needed, seconds);
  return [
    name,
    steps.toFixed(1),
    seconds.toFixed(2),
    (images / seconds).toFixed(1),
    (done / 1e9).toFixed(1),
    (needed / 1e9).toFixed(1),
    (done / needed).toFixed(3),
    reached.toFixed(0),
    `${((100 * reached) / reachable).toFixed(0)} %`,
    `${((100 * outside) / seconds).toFixed(1)} %`,
  ];
}

/** The same for the file. */
export function entriesOf(cost: Cost, images: number, reachable: number): [name: string, value: number][] {
  const { steps, seconds, outside, done, needed } = cost;
  const reached = rate(needed, seconds);
  return [
    ['steps', Number(steps.toFixed(2))],
    ['s', Number(seconds.toFixed(3))],
    ['images/s', Number((images / seconds).toFixed(2))],
    ['multiply-adds', done],
    ['multiply-adds needed', needed],
    ['GFLOP/s', Number(reached.toFixed(1))],
    ['share of Conv', Number((reached / reachable).toFixed(3))],
    ['share outside programs', Number((outside / seconds).toFixed(4))],
  ];
}
