import type { Evidence } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { cleanRecall } from './clean.ts';
import { recallUnder } from './recall.ts';

/** An undefended model under the attacks that were scored. @param twin that model on the same gallery, with the same sample. */
export async function undefendedTwin(twin: Subject, version: string): Promise<Evidence['twin']> {
  const [recall] = await recallUnder(twin, [twin.budget]);
  return { version, clean: await cleanRecall(twin), worst: recall?.worst ?? Number.NaN };
}
