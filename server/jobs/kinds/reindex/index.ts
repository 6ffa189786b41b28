import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HoldfastError } from '../../../../base/errors.ts';
import { modelFolders } from '../../../../embedding/folders.ts';
import { listModelVersions } from '../../../../embedding/version.ts';
import { LetGo } from '../../types.ts';
import type { JobKind } from '../types.ts';
import { openModelsClient } from './models-client.ts';

/** From one look at the promotion to the next. */
const LOOK_MILLISECONDS = 300;

const floor = z.number().min(0).max(1).optional();
const input = z.strictObject({
  version: z.string().min(1).max(128),
  force: z.boolean().default(false),
  floors: z.strictObject({ recallAt1: floor, recallAt1UnderEs: floor, recallAt1UnderRanking: floor }).optional(),
});

/**
 * Has the server embed its gallery by another version beside the one that serves, and put it into service: `POST /models/{version}/promote` as a job, with
 * progress. Cancelled, it cancels the promotion; begun again, it follows the one that goes on, or begins another, which takes what is embedded already.
 */
export const reindex: JobKind<z.output<typeof input>> = {
  input,
  async check({ version }, { data }) {
    const versions = listModelVersions(modelFolders({ data }));
    if (!versions.includes(version))
      throw new HoldfastError('MODEL_UNKNOWN', `no model version "${version}"; there are: ${versions.join(', ')}`);
  },
  async run({ version, ...options }, { server, key, signal, report }) {
    const models = openModelsClient(server, key);
    try {
      const { serving, promotion } = await models.state();
      const goesOn = promotion?.version === version && ['embedding', 'checking'].includes(promotion.state);
      if (serving !== version && !goesOn) await models.promote(version, options);
      for (;;) {
        const now = await models.state();
        if (now.serving === version) return { version, previous: now.previous };
        const { state, share, error } = ofVersion(now.promotion, version);
        if (state === 'failed') throw new HoldfastError(error?.code ?? 'INTERNAL', error?.message ?? 'no cause given');
        if (state === 'cancelled')
          throw new HoldfastError('JOB_CANCELLED', `the promotion of ${version} was cancelled`);
        await report({ share: 0.95 * share, note: `${state} the gallery by ${version}` });
        await sleep(LOOK_MILLISECONDS, undefined, { signal });
      }
    } catch (error) {
      // Who ends hands the job back: the promotion goes on without its worker.
      if (signal.reason instanceof LetGo && signal.reason.why === 'cancelled') await models.cancel();
      signal.throwIfAborted();
      throw error;
    }
  },
};

function ofVersion<P extends { readonly version: string }>(promotion: P | null, version: string): P {
  if (promotion?.version === version) return promotion;
  throw new HoldfastError(
    'PROMOTION_RUNNING',
    `${promotion?.version ?? 'nothing'} is being promoted instead of ${version}`,
  );
}
