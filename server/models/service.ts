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
import { createPeer } from './peer.ts';
import { createPromoter, type Promoter } from './promoter.ts';
import { createServed } from './served.ts';

/** The model versions of a server. */
export interface Models extends Promoter {
  /** Serves from now on what other servers promote, too. */
  follow(): void;
  cards(): readonly ModelManifest[];
}

export interface ModelsOptions extends ModelPlaces, Pick<ServerOptions, 'device' | 'threads'> {
  readonly lifecycle: Lifecycle;
  readonly galleries: Galleries;
  readonly previous: string | null;
  readonly log: Log;
  /** Is given what is served from now on. */
  readonly onServed: (services: Services) => void;
  /** Compiles the programs of the gradients of what is promoted before the first is asked for. */
  readonly compileAhead: boolean;
}

export function openModels(options: ModelsOptions): Models {
  const { lifecycle, galleries, previous, device, threads, onServed, compileAhead } = options;
  const folders = modelFolders(options);
  const log = (line: string): void => options.log.info(line);
  const find = (version: string): ModelVersion => findModelVersion(version, folders);
  const open = async ({ directory, manifest }: ModelVersion, turn: number): Promise<Services> => {
    const model = await startModel(directory, { device, threads, files: manifest.files });
    try {
      await checkModel(model, manifest);
      return { model, manifest, gallery: await galleries.open(manifest, { turn }) };
    } catch (error) {
      await model.close();
      throw error;
    }
  };
  const served = createServed({
    ...{ lifecycle, previous, log },
    onServed(services) {
      onServed(services);
      if (compileAhead) void services.model.warmUp();
    },
  });
  const begin = galleries.begin.bind(galleries);
  const promoter = createPromoter({ lifecycle, find, open, begin, served, log });
  let unfollow = async (): Promise<void> => undefined;
  return {
    ...promoter,
    get previous() {
      return served.previous;
    },
    cards: () => listCards(folders),
    follow() {
      unfollow = galleries.follow(createPeer({ find, open, served }), (error) =>
        options.log.error({ error }, 'this server cannot follow what is promoted'),
      );
    },
    async close() {
      await unfollow();
      await promoter.close();
    },
  };
}
