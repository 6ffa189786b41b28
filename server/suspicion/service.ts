import { join } from 'node:path';
import { type Calibration, calibrate, LEAST_PICTURES } from '../../attack/suspicion/calibration.ts';
import { modelIdentity } from '../gallery/identity.ts';
import type { Services } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { readCalibration, writeCalibration } from './file.ts';
import { measureGallery } from './measure.ts';

/** Knows how far the pictures of what is served move. */
export interface SuspicionService {
  /** Calibrates on the gallery of what is served from now on, in the background, where no calibration lies with it. */
  begin(services: Services): void;
  /** Undefined before the calibration; asking begins one where the gallery was too small for it before. */
  calibrationOf(services: Services): Calibration | undefined;
  /** Stops and waits for what goes on. */
  close(): Promise<void>;
}

/** Pictures of the gallery that are measured. */
const PICTURES = 1024;
const MINUTE = 60_000;

export interface SuspicionSetting {
  /** The data folder. */
  readonly data: string;
  readonly log: Log;
  /** Milliseconds before a gallery that was too small is looked at again; a minute by default. */
  readonly again?: number;
}

export function createSuspicion({ data, log, again = MINUTE }: SuspicionSetting): SuspicionService {
  const known = new WeakMap<Services, Calibration>();
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let served: Services | undefined;
  let busy = false;
  let ended = 0;

  const find = async (services: Services, signal: AbortSignal): Promise<void> => {
    const { manifest, gallery } = services;
    const directory = join(data, 'gallery', manifest.version);
    const model = modelIdentity(manifest);
    const stored = readCalibration(directory, model);
    if (stored !== undefined) return void known.set(services, stored);
    if ((await gallery.status()).count < LEAST_PICTURES) return;
    const movements = await measureGallery(services, PICTURES, signal);
    if (movements.length < LEAST_PICTURES) return;
    const made = calibrate(movements);
    writeCalibration(directory, model, made);
    known.set(services, made);
    log.info({ pictures: movements.length }, `suspicion is calibrated on the gallery of ${manifest.version}`);
  };
  const begin = (services: Services): void => {
    stopping.abort();
    stopping = new AbortController();
    const { signal } = stopping;
    served = services;
    busy = true;
    running = running
      .then(() => find(services, signal))
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ error }, 'suspicion could not be calibrated');
      })
      .then(() => {
        if (signal.aborted) return;
        busy = false;
        ended = performance.now();
      });
  };

  return {
    begin,
    calibrationOf(services) {
      const calibration = known.get(services);
      const due = !busy && services === served && performance.now() - ended >= again;
      if (calibration === undefined && due) begin(services);
      return calibration;
    },
    async close() {
      served = undefined;
      stopping.abort();
      await running;
    },
  };
}
