import type { StepInputs, StepResult } from '../../attack/pgd.ts';
import type { Push } from '../../attack/push.ts';
import type { SerializedError } from '../../base/errors.ts';
import type { DeviceName } from '../../engine/devices/names.ts';
import type { AttackName } from './types.ts';

/** What the thread is started with. */
export interface ModelThreadData {
  /** Folder of the model version. */
  readonly directory: string;
  /** SHA-256 of its files by name, which they must have whenever it is opened. */
  readonly files: Readonly<Record<string, string>>;
  /** Threads of one operation. */
  readonly threads: number;
  readonly device: DeviceName;
  /** How far it stands behind other threads: 0 to 19. */
  readonly nice: number;
  /** Whether it opens the network at the start, and not for the first picture. */
  readonly embedsAtOnce: boolean;
}

/** The compiled programs that can be made ready before they are needed. */
export type ProgramName = AttackName | 'push';

export type ModelRequest =
  | { readonly kind: 'embed'; readonly pixels: readonly Uint8Array[] }
  | { readonly kind: 'pushes'; readonly pixels: Uint8Array; readonly directions: readonly Float32Array[] }
  | { readonly kind: 'step'; readonly attack: AttackName; readonly inputs: StepInputs }
  | { readonly kind: 'prepare'; readonly program: ProgramName }
  | { readonly kind: 'close' };

/** Exactly one for each request, in order; `ready` or `failed` comes first, unasked. */
export type ModelReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'embed'; readonly embeddings: readonly Float32Array[] }
  | { readonly kind: 'pushes'; readonly pushes: readonly Push[] }
  | { readonly kind: 'step'; readonly result: StepResult }
  /** With what there is to say of the device so far, a line each. */
  | { readonly kind: 'prepare'; readonly notes: readonly string[] }
  | { readonly kind: 'close' }
  | { readonly kind: 'failed'; readonly error: SerializedError };
