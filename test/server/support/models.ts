import { HoldfastError } from '../../../base/errors.ts';
import type { Models } from '../../../server/models/service.ts';
import { testManifest } from './model.ts';

/** The models of an app that has one version, which every promotion refuses. */
export function noModels(): Models {
  return {
    promote: (version) => {
      throw new HoldfastError('MODEL_UNKNOWN', `no model version "${version}"`);
    },
    rollback: () => {
      throw new HoldfastError('ROLLBACK_IMPOSSIBLE', 'no version was served before');
    },
    cancel: () => {
      throw new HoldfastError('REQUEST_INVALID', 'no promotion goes on');
    },
    status: () => undefined,
    previous: null,
    follow: () => {},
    close: async () => {},
    cards: () => [testManifest()],
  };
}
