import { constants, setPriority } from 'node:os';
import { serializeError } from '../../base/errors.ts';
import { type CreateSnapshotOptions, createSnapshot } from './create.ts';
import type { SnapshotAnswer } from './remote.ts';

/* The process of a snapshot: makes one, answers and ends. Searches go before it. */

function answerTo(text: string): SnapshotAnswer {
  try {
    const options: CreateSnapshotOptions = JSON.parse(text);
    return { snapshot: createSnapshot(options) };
  } catch (error) {
    return { error: serializeError(error) };
  }
}

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const answer = answerTo(process.argv[2] ?? '');
// A server that was killed meanwhile does not hear it; the snapshot is whole all the same.
if (process.connected) process.send?.(answer, () => process.disconnect());
