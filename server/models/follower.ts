import type { Gallery } from '../../index/types.ts';
import type { WriteWatch } from '../../index/write-watch.ts';
import type { Services } from '../lifecycle.ts';
import { syncGallery } from './sync.ts';

/** Brings the gallery of a version to what another one has, which is written to meanwhile. */
export interface Follower {
  /**
   * Embeds what is missing, and what was written meanwhile, until that is little.
   * @param onShare is told how much of the first round is done, 0 to 1. @throws the signal's reason, between two chunks
   */
  catchUp(onShare: (share: number) => void, signal: AbortSignal): Promise<void>;
  /** Takes what was written since, while no more is: it costs what that was, not the size of the galleries. */
  takeRest(): Promise<void>;
  /** Follows no longer. */
  end(): void;
}

/** Rounds of catching up with writes before they are made to wait for the last one. */
const ROUNDS = 5;
/** A round that changed no more than this is followed by the last one. */
const FEW = 64;

export function follow(gallery: Gallery, next: Services): Follower {
  let watch: WriteWatch | undefined;
  let covered = -1;
  /** What the round from here on must look at; everything the first time. */
  const begin = async (): Promise<ReadonlySet<string> | undefined> => {
    const before = watch;
    watch = await gallery.watch();
    covered = (await gallery.status()).sequence;
    const changed = await before?.ids();
    before?.end();
    return changed;
  };
  return {
    async catchUp(onShare, signal) {
      if ((await gallery.status()).sequence === covered) return;
      for (let round = 1; ; round++) {
        const ids = await begin();
        const progress = (done: number, total: number): void => onShare(round === 1 ? done / total : 1);
        const changed = await syncGallery(gallery, next, progress, signal, ids);
        if (changed <= FEW || round === ROUNDS) return;
      }
    },
    async takeRest() {
      if ((await gallery.status()).sequence === covered) return;
      // Writes wait for it, and no search is for this model yet.
      await syncGallery(gallery, next, () => undefined, new AbortController().signal, await watch?.ids(), 'search');
    },
    end: () => watch?.end(),
  };
}
