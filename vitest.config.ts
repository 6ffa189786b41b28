import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native addons (onnxruntime-node, hnswlib-node, better-sqlite3) want processes of their own.
    pool: 'forks',
    maxWorkers: 2,
    // Some start a whole server or compile a whole network, which takes minutes on a machine that does ten other things.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // As long as a busy machine may need for what takes a moment.
    expect: { poll: { timeout: 30_000 } },
    globalSetup: 'test/support/bundles/bundle.ts',
    setupFiles: 'test/support/bundles/start-bundled.ts',
    sequence: { sequencer: LongestFirst },
    // TF.js advises everyone without its native backend to install it; the plain one is the oracle here.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
  },
});
