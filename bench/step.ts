import { freemem } from 'node:os';
import { HoldfastError } from '../base/errors.ts';
import { createEngine } from '../engine/index.ts';
import type { Report } from './harness.ts';
import { entriesOf, HEAD, rowOf } from './step/figures.ts';
import { measureUpdates } from './step/measure.ts';
import { pairsThatFit } from './step/memory.ts';
import { NETWORKS, type StepNetwork } from './step/networks.ts';
import { STEPS } from './step/update.ts';

const ROUNDS = 3;

export interface StepOptions {
  /** Of `NETWORKS`, separated by commas; those whose updates take seconds otherwise. */
  readonly networks?: string | undefined;
  /** Updates of each kind that count. */
  readonly rounds?: string | undefined;
}

/** @throws HoldfastError OPTION_INVALID with what is there, or with what a number of rounds is. */
export function parseStepOptions({ networks, rounds = String(ROUNDS) }: StepOptions) {
  const names = Object.keys(NETWORKS);
  const wanted = networks?.split(',') ?? names.filter((name) => NETWORKS[name]?.long !== true);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new HoldfastError('OPTION_INVALID', `no network "${unknown}"; there are: ${names.join(', ')}`);
  }
  if (!/^[1-9]\d*$/.test(rounds)) throw new HoldfastError('OPTION_INVALID', `--rounds is "${rounds}", not 1 or more`);
  const leftOut = networks === undefined ? names.filter((name) => !wanted.includes(name)) : [];
  return { wanted, leftOut, rounds: Number(rounds) };
}

/** A batch as the recipe has it, or the largest that fits into memory. */
function batchFor(network: StepNetwork): { readonly pairs: number; readonly title: string } {
  const { backbone, recipe } = network;
  const free = freemem();
  const pairs = pairsThatFit(network, free);
  const fitted = pairs < recipe.pairs ? `, as many as fit into ${(free / 1e9).toFixed(0)} GB` : '';
  return { pairs, title: `${backbone.name} ${backbone.size} x ${backbone.size}, ${pairs} pairs${fitted}` };
}

/**
 * Updates of CA-TRIDE with all steps of the specification: seconds, and the arithmetic of their programs beside the least that
 * an update needs, which is to embed the clean batch once, to go forward and back to the pixels of the perturbed rows alone in
 * each step, and forward and back to images and filters once with the triplets.
 */
export async function benchStep(options: StepOptions = {}): Promise<Report> {
  const { wanted, leftOut, rounds } = parseStepOptions(options);
  const engine = await createEngine({ device: 'cpu' });
  const rows: string[][] = [];
  const figures: Record<string, number> = {};
  for (const name of wanted) {
    const network = NETWORKS[name] as StepNetwork;
    const { pairs, title } = batchFor(network);
    const { costs, reachable } = await measureUpdates(engine, network, pairs, rounds);
    for (const [i, cost] of costs.entries()) {
      rows.push([i === 0 ? title : '', ...rowOf(cost, 2 * pairs, reachable)]);
      for (const [what, value] of entriesOf(cost, 2 * pairs, reachable)) {
        figures[`${title}, ${cost.name}, ${what}`] = value;
      }
    }
    rows.push([
      '',
      'Conv and Gemm of ONNX Runtime alone',
      ...new Array<string>(6).fill(''),
      reachable.toFixed(0),
      '100 %',
      '',
    ]);
    figures[`${title}, Conv and Gemm of ONNX Runtime, GFLOP/s`] = Number(reachable.toFixed(1));
  }
  const without = leftOut.length === 0 ? '' : `; left out: ${leftOut.join(', ')} (--networks)`;
  return {
    name: `updates of CA-TRIDE with ${STEPS} steps, ${engine.device}, ${engine.threads} threads, medians of ${rounds}${without}`,
    rows: [HEAD, ...rows],
    figures,
  };
}
