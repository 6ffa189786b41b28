import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native addons (onnxruntime-node, hnswlib-node, better-sqlite3) want processes of their own.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // Some start a whole server, which takes a while on a busy machine.
    hookTimeout: 60_000,
    // As long as a busy machine may need for what takes a moment.
    expect: { poll: { timeout: 30_000 } },
    globalSetup: 'test/support/threads/bundle.ts',
    setupFiles: 'test/support/threads/start-bundled.ts',
    sequence: { sequencer: LongestFirst },
    // TF.js advises everyone without its native backend to install it; the plain one is the oracle here.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
  },
});
