import { HoldfastError, type SerializedError, serializeError } from '../../base/errors.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import type { Galleries, Turn } from '../gallery/types.ts';
import type { Lifecycle, Services } from '../lifecycle.ts';
import { checkBySelfQueries } from './canary.ts';
import { follow } from './follower.ts';
import { type Floors, refusalOf } from './gate.ts';
import { reasonOf, type Served } from './served.ts';

/** How far a promotion is. */
export interface PromotionStatus {
  readonly version: string;
  readonly state: 'embedding' | 'checking' | 'done' | 'failed' | 'cancelled';
  /** Of the embedding, 0 to 1. */
  readonly share: number;
  readonly error: SerializedError | null;
}

export interface PromoterSetting {
  readonly lifecycle: Lifecycle;
  /** @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED */
  readonly find: (version: string) => ModelVersion;
  /** Opens a version with its gallery, which may be behind or empty, to be written to in a turn. */
  readonly open: (version: ModelVersion, turn: number) => Promise<Services>;
  readonly begin: Galleries['begin'];
  readonly served: Served;
  readonly log: (line: string) => void;
}

export interface PromotionOptions {
  readonly force?: boolean | undefined;
  readonly floors?: Floors | undefined;
}

/** Puts model versions into service, one at a time, while searches go on. */
export interface Promoter {
  /**
   * Begins a promotion, which goes on in the background.
   * @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED, NOT_READY; PROMOTION_RUNNING; GATE_REFUSED with by how much
   */
  promote(version: string, options?: PromotionOptions): PromotionStatus;
  /** The same with the version that was served before, past the gate. @throws HoldfastError ROLLBACK_IMPOSSIBLE, PROMOTION_RUNNING */
  rollback(): PromotionStatus;
  /**
   * Stops the promotion that goes on, within a chunk of pictures; once it takes over it is not stopped any more. What was embedded is kept for the next one.
   * @throws HoldfastError REQUEST_INVALID where none goes on
   */
  cancel(): PromotionStatus;
  /** The last promotion of this process. */
  status(): PromotionStatus | undefined;
  readonly previous: string | null;
  /** Stops a promotion and waits until it has ended. */
  close(): Promise<void>;
}

/** Why a promotion stops that was cancelled. */
const CANCELLED = Symbol('cancelled');

type Tell = (state: 'embedding' | 'checking', share: number) => unknown;

export function createPromoter(setting: PromoterSetting): Promoter {
  const { lifecycle, find, served, log } = setting;
  const ending = new AbortController();
  let status: PromotionStatus | undefined;
  let running: Promise<void> | undefined;
  let cancelling = new AbortController();

  const begin = (version: ModelVersion): PromotionStatus => {
    if (running !== undefined) throw new HoldfastError('PROMOTION_RUNNING', `${status?.version} is being promoted`);
    const name = version.manifest.version;
    const tell = (state: PromotionStatus['state'], share: number, error: SerializedError | null = null) => {
      status = { version: name, state, share, error };
      return status;
    };
    const began = tell('embedding', 0);
    cancelling = new AbortController();
    const signal = AbortSignal.any([ending.signal, cancelling.signal]);
    running = run(version, tell, signal).then(
      () => void tell('done', 1),
      (error: unknown) => {
        if (error === CANCELLED) return void tell('cancelled', status?.share ?? 0);
        log(`the promotion of ${name} failed: ${reasonOf(error)}`);
        tell('failed', status?.share ?? 0, serializeError(error));
      },
    );
    void running.then(() => {
      running = undefined;
    });
    return began;
  };

  const run = async (version: ModelVersion, tell: Tell, signal: AbortSignal): Promise<void> => {
    // A version that was only just replaced may still have its gallery open.
    await served.retired();
    const from = lifecycle.services();
    const turn = await setting.begin(from.manifest.version, version.manifest);
    try {
      const next = await setting.open(version, turn.number);
      await takeOver(from, next, turn, tell, signal).catch(async (error: unknown) => {
        await served.close(next);
        throw error;
      });
    } finally {
      await turn.end();
    }
  };

  const takeOver = async (
    from: Services,
    next: Services,
    turn: Turn,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<void> => {
    const follower = follow(from.gallery, next);
    try {
      await follower.catchUp((share) => tell('embedding', share), signal);
      await next.gallery.save();
      tell('checking', 1);
      await checkBySelfQueries(next);
      signal.throwIfAborted();
      await turn.ready(signal);
      await follower.catchUp(() => undefined, signal);
      signal.throwIfAborted();
      await lifecycle.alone(async () => {
        await turn.close();
        await follower.takeRest();
        await turn.swap();
        served.replace(next, from.manifest.version);
      });
    } finally {
      follower.end();
    }
  };

  return {
    promote(version, { force = false, floors } = {}) {
      const { manifest } = lifecycle.services();
      const candidate = find(version);
      if (candidate.manifest.version === manifest.version) {
        throw new HoldfastError('REQUEST_INVALID', `${version} is served already`);
      }
      const refusal = force ? undefined : refusalOf(candidate.manifest, manifest, floors);
      if (refusal !== undefined) throw new HoldfastError('GATE_REFUSED', refusal);
      return begin(candidate);
    },
    rollback() {
      if (running !== undefined) throw new HoldfastError('PROMOTION_RUNNING', `${status?.version} is being promoted`);
      const { previous } = served;
      if (previous === null) throw new HoldfastError('ROLLBACK_IMPOSSIBLE', 'no version was served before this one');
      return begin(find(previous));
    },
    cancel() {
      if (running === undefined || status === undefined)
        throw new HoldfastError('REQUEST_INVALID', 'no promotion goes on');
      cancelling.abort(CANCELLED);
      return status;
    },
    status: () => status,
    get previous() {
      return served.previous;
    },
    async close() {
      ending.abort(new HoldfastError('SHUTTING_DOWN', 'the server is stopping'));
      await running;
      await served.retired();
    },
  };
}
