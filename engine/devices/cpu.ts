import type { Device } from './types.ts';

/** ONNX Runtime on the CPU. */
export const cpu: Device = {
  name: 'cpu',
  missing: () => undefined,
  async open(threads) {
    const { createCompiledEngine } = await import('../compiled.ts');
    return createCompiledEngine(threads);
  },
};
