import { HoldfastError } from '../../base/errors.ts';
import { createEngine } from '../../engine/index.ts';

// A process of its own: a GPU's driver is loaded once per process, with the environment that it started with.

try {
  const engine = await createEngine({ device: process.argv[2], threads: 1 });
  process.stdout.write(`opened ${engine.device}\n`);
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  process.stdout.write(`${error.code} ${error.message}\n`);
}
