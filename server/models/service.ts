import { join } from 'node:path';
import { listCards } from '../../embedding/cards.ts';
import { type ModelPlaces, modelFolders } from '../../embedding/folders.ts';
import type { ModelManifest, ModelVersion } from '../../embedding/types.ts';
import { findModelVersion } from '../../embedding/version.ts';
import { openGallery } from '../../index/index.ts';
import { writeFilled } from '../gallery/filled.ts';
import { modelIdentity } from '../gallery/identity.ts';
import type { Lifecycle, Services } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { checkModel } from '../model/check.ts';
import { startModelThread } from '../model/service.ts';
import type { ServerOptions } from '../options.ts';
import { createPromoter, type Promoter } from './promoter.ts';
import { writePromoted } from './serving-file.ts';

/** The model versions of a server. */
export interface Models extends Promoter {
  cards(): readonly ModelManifest[];
}

export interface ModelsOptions extends ModelPlaces, Pick<ServerOptions, 'device' | 'threads'> {
  readonly lifecycle: Lifecycle;
  readonly previous: string | null;
  readonly log: Log;
  /** Is given what is served from now on. */
  readonly onServed: (services: Services) => void;
}

export function openModels(options: ModelsOptions): Models {
  const { lifecycle, previous, data, device, threads, log, onServed } = options;
  const folders = modelFolders(options);
  const directoryOf = ({ version }: ModelManifest): string => join(data, 'gallery', version);
  const open = async ({ directory, manifest }: ModelVersion): Promise<Services> => {
    const model = await startModelThread(directory, { device, threads });
    try {
      await checkModel(model, manifest);
      const identity = modelIdentity(manifest);
      const gallery = await openGallery({
        ...{ directory: directoryOf(manifest), model: identity, dimension: manifest.dimension },
      });
      return { model, manifest, gallery };
    } catch (error) {
      await model.close();
      throw error;
    }
  };
  const promoter = createPromoter({
    lifecycle,
    find: (version) => findModelVersion(version, folders),
    open,
    remember(served, services) {
      const { manifest, model } = services;
      const source = served.previous ?? 'requests';
      writeFilled(directoryOf(manifest), { model: modelIdentity(manifest), dimension: manifest.dimension, source });
      writePromoted(data, served);
      onServed(services);
      void model.warmUp();
    },
    previous,
    log: (line) => log.info(line),
  });
  return Object.assign(promoter, { cards: () => listCards(folders) });
}
