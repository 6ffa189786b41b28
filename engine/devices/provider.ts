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
  const [{ createCompiledEngine }, { checkNumbers }] = await Promise.all([
    import('../compiled.ts'),
    import('./probe.ts'),
  ]);
  try {
    await checkNumbers(createCompiledEngine(threads, target));
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'DEVICE_UNAVAILABLE') throw error;
    const cause = error instanceof HoldfastError ? error.cause : error;
    const said = (cause instanceof Error ? cause.message : String(cause)).trim();
    throw new HoldfastError('DEVICE_UNAVAILABLE', `${target.provider}: ${explain(said)}`, { cause: error });
  }
  return createCompiledEngine(threads, target, report);
}
