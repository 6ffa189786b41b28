import { createEagerEngine } from '../eager.ts';
import type { Device } from './types.ts';

/** TF.js op by op: its native backend where that is installed, else the plain one. */
export const eager: Device = {
  name: 'tfjs',
  missing: () => undefined,
  open: async () => createEagerEngine(await nativeBackend()),
};

/** The native backend of TF.js where its package is installed, else the plain one. Untested on a GPU. */
async function nativeBackend(): Promise<string> {
  const peer = '@tensorflow/tfjs-node-gpu';
  try {
    await import(peer);
    return 'tensorflow';
  } catch {
    return 'cpu';
  }
}
