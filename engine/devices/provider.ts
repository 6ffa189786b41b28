import { HoldfastError } from '../../base/errors.ts';
import type { Target } from '../compiled.ts';
import type { Engine, Report } from '../types.ts';

/**
 * A compiled engine on one of ONNX Runtime's GPU providers, once that has computed a small program right.
 * @param explain what is missing on this machine, given what the provider said.
 * @throws HoldfastError DEVICE_UNAVAILABLE
 */
export async function openProvider(
  target: Target,
  threads: number,
  report: Report,
  explain: (said: string) => string,
): Promise<Engine> {
  const [{ createCompiledEngine }, { tryProvider }] = await Promise.all([
    import('../compiled.ts'),
    import('./probe.ts'),
  ]);
  const refused = await tryProvider(target.provider, threads);
  if (refused !== undefined) throw new HoldfastError('DEVICE_UNAVAILABLE', `${target.provider}: ${explain(refused)}`);
  return createCompiledEngine(threads, target, report);
}
