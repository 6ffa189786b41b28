import { HoldfastError } from '../../base/errors.ts';
import type { Engine, Report } from '../types.ts';
import type { Device } from './types.ts';

/**
 * Opens the fastest of the devices that work, and reports which and why not the others. Where one alone works, nothing is
 * measured. A software driver of a GPU works too, but never wins: it runs on the CPU itself.
 * @param candidates in the order of preference. @param last is opened when none of them works.
 * @param measure milliseconds of a program on an engine.
 */
export async function openFastest(
  candidates: readonly Device[],
  last: Device,
  threads: number,
  report: Report,
  measure: (engine: Engine) => Promise<number>,
): Promise<Engine> {
  const reasons: string[] = [];
  const opened: Engine[] = [];
  for (const device of candidates) {
    const reason = device.missing() ?? (await tryOpen(device, threads, report, opened));
    if (reason !== undefined) reasons.push(reason.startsWith(device.name) ? reason : `${device.name}: ${reason}`);
  }
  const [first = await last.open(threads, report), ...others] = opened;
  const timed = others.length === 0 ? [] : await measureAll([first, ...others], measure, reasons);
  const [fastest, ...slower] = timed.sort((a, b) => a.time - b.time);
  const engine = fastest?.engine ?? first;
  const figures = slower.map(
    (each) => `${each.engine.device} takes ${(each.time / (fastest?.time ?? 1)).toFixed(1)} times as long`,
  );
  report(`auto took ${[engine.device, ...figures, ...reasons].join('; ')}`);
  return engine;
}

/** Adds the engine of a device that opens; why it does not, otherwise. */
async function tryOpen(device: Device, threads: number, report: Report, opened: Engine[]): Promise<string | undefined> {
  try {
    opened.push(await device.open(threads, report));
    return undefined;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'DEVICE_UNAVAILABLE') return error.message;
    throw error;
  }
}

interface Timed {
  readonly engine: Engine;
  readonly time: number;
}

/** The time of each engine; what fails meanwhile is left out, with its reason. */
async function measureAll(
  engines: readonly Engine[],
  measure: (engine: Engine) => Promise<number>,
  reasons: string[],
): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const engine of engines) {
    try {
      timed.push({ engine, time: await measure(engine) });
    } catch (error) {
      reasons.push(`${engine.device}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return timed;
}
