import { whenParentGone } from '../../../../base/processes.ts';
import { takeLock } from '../take-lock.ts';

// The process of a training that a job runs: the command itself, which ends with its worker and is the only one of its
// version.

// The trainer stops after its batch, with a checkpoint.
whenParentGone(() => process.kill(process.pid, 'SIGTERM'));
await takeLock(process.env.HOLDFAST_RUN_LOCK ?? '.');
await import('../../../../trainer/main.ts');
