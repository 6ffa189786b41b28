import { listCards } from '../../embedding/cards.ts';
import { type ModelPlaces, modelFolders } from '../../embedding/folders.ts';
import type { ModelManifest, ModelVersion } from '../../embedding/types.ts';
import { findModelVersion } from '../../embedding/version.ts';
import type { Galleries } from '../gallery/types.ts';
import type { Lifecycle, Services } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { checkModel } from '../model/check.ts';
import { startModel } from '../model/service.ts';
import type { ServerOptions } from '../options.ts';
import { createPromoter, type Promoter } from './promoter.ts';

/** The model versions of a server. */
export interface Models extends Promoter {
  cards(): readonly ModelManifest[];
}

export interface ModelsOptions extends ModelPlaces, Pick<ServerOptions, 'device' | 'threads'> {
  readonly lifecycle: Lifecycle;
  readonly galleries: Galleries;
  readonly previous: string | null;
  readonly log: Log;
  /** Is given what is served from now on. */
  readonly onServed: (services: Services) => void;
}

export function openModels(options: ModelsOptions): Models {
  const { lifecycle, galleries, previous, device, threads, log, onServed } = options;
  const folders = modelFolders(options);
  const open = async ({ directory, manifest }: ModelVersion): Promise<Services> => {
    const model = await startModel(directory, { device, threads, files: manifest.files });
    try {
      await checkModel(model, manifest);
      return { model, manifest, gallery: await galleries.open(manifest) };
    } catch (error) {
      await model.close();
      throw error;
    }
  };
  const promoter = createPromoter({
    lifecycle,
    find: (version) => findModelVersion(version, folders),
    open,
    mayBegin: () => galleries.refuseServersBeside(),
    async remember(served, services) {
      const { manifest, model } = services;
      await galleries.promote(served);
      await galleries.markFilled(manifest, served.previous ?? 'requests');
      onServed(services);
      void model.warmUp();
    },
    previous,
    log: (line) => log.info(line),
  });
  return Object.assign(promoter, { cards: () => listCards(folders) });
}
