import { HoldfastError } from '../base/errors.ts';
import type { ModelManifest } from '../embedding/types.ts';
import type { Gallery } from '../index/types.ts';
import { createInFlight, createSharedLock } from './in-flight.ts';
import type { Jobs } from './jobs/service.ts';
import type { ModelService } from './model/types.ts';

/** What the routes work with. */
export interface Services {
  readonly model: ModelService;
  readonly manifest: ModelManifest;
  readonly gallery: Gallery;
}

/** Starting, then ready, then stopping; never back. */
export interface Lifecycle {
  /** Still there while stopping: requests in flight are finished. @throws HoldfastError NOT_READY before `open`. */
  services(): Services;
  /** The same; undefined before `open`. */
  current(): Services | undefined;
  /** There from the beginning. */
  readonly jobs: Jobs;
  /** Serves with these from now on. */
  open(services: Services): void;
  /** A request begins that may use the services; call what comes back when it has ended. */
  enter(): () => void;
  /** Resolves when all requests have ended that go on now. */
  drained(): Promise<void>;
  /** Lets a request change the gallery; call what comes back when it has. Waits while `alone` works. */
  share(): Promise<() => void>;
  /** Works while no request changes the gallery. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
  /** Whether `stop` was called. */
  stopping(): boolean;
  /** Called when a request arrives. @throws HoldfastError SHUTTING_DOWN after `stop`. */
  admit(): void;
}

export function createLifecycle(jobs: Jobs): Lifecycle {
  let current: Services | undefined;
  let stopped = false;
  return {
    jobs,
    ...createInFlight(),
    ...createSharedLock(),
    services() {
      if (current === undefined) throw new HoldfastError('NOT_READY', 'model and gallery are being opened');
      return current;
    },
    current: () => current,
    open(services) {
      current = services;
    },
    stop() {
      stopped = true;
    },
    stopping: () => stopped,
    admit() {
      if (stopped) throw new HoldfastError('SHUTTING_DOWN', 'the server is stopping');
    },
  };
}
