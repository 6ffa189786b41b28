import type { QueueTimes } from '../../../../server/jobs/types.ts';

/** Short, so that tests need not wait; a lease still outlasts a busy machine's pauses. */
export const TIMES: QueueTimes = { lease: 3000, poll: 30, pause: 40 };
