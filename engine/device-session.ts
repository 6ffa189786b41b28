import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession, type Provider, type Session } from './onnxruntime.ts';

/** A session that has run once, and the operators of its graph that the provider left to the CPU. */
export interface DeviceSession {
  readonly session: Session;
  readonly leftToCpu: readonly string[];
}

/**
 * A session on a provider other than the CPU. It is run once: shaders are compiled in the first run, and where operators
 * are left to the CPU, ONNX Runtime says which in the profile of a run alone.
 */
export async function createDeviceSession(
  model: Uint8Array,
  threads: number,
  provider: Provider,
  firstRun: (session: Session) => Promise<unknown>,
): Promise<DeviceSession> {
  const strict = await createSession(model, threads, provider, { strict: true }).catch((error: unknown) => {
    if (String(error).includes('fallback to CPU EP')) return undefined;
    throw error;
  });
  if (strict !== undefined) {
    await firstRun(strict);
    return { session: strict, leftToCpu: [] };
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
  try {
    const session = await createSession(model, threads, provider, { profile: join(folder, 'run') });
    await firstRun(session);
    session.endProfiling();
    const [file = ''] = readdirSync(folder);
    return { session, leftToCpu: operatorsOnCpu(JSON.parse(readFileSync(join(folder, file), 'utf8'))) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface ProfileEvent {
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** The operators that a profile of ONNX Runtime has on the CPU, in alphabetical order. */
function operatorsOnCpu(events: readonly ProfileEvent[]): string[] {
  const names = events.flatMap(({ args }) =>
    args?.provider === 'CPUExecutionProvider' && args.op_name !== undefined ? [args.op_name] : [],
  );
  return [...new Set(names)].sort();
}
