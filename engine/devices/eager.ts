import { createEagerEngine } from '../eager.ts';
import { findNativeBackend } from './tfjs.ts';
import type { Device } from './types.ts';

/** TF.js op by op: its native backend where that is installed and works, else the plain one. */
export const eager: Device = {
  name: 'tfjs',
  missing: () => undefined,
  async open(threads, report) {
    const { backend, reason } = await findNativeBackend({ threads });
    report(`tfjs: ${reason}`);
    return createEagerEngine(backend, threads);
  },
};
