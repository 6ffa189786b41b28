import type { ModelManifest } from '../../embedding/types.ts';
import type { Gallery } from '../../index/types.ts';
import type { Promoted } from '../models/serving-file.ts';

/** The gallery of another version, for who wants its records. */
export interface OtherGallery {
  /** What it is tied to. */
  readonly model: string;
  open(): Promise<Gallery>;
}

export interface OpenGalleryOptions {
  /** Make anew what is derived of the records. */
  readonly rebuild?: boolean;
  /** In which a shared gallery may be written to. */
  readonly turn?: number;
}

/**
 * A promotion that goes on, from one version to another. No second one goes on beside it, on no server that shares the galleries; with
 * this server it ends.
 */
export interface Turn {
  /** With which the gallery of the new version is opened: this server may write to it now, all may once it is served. */
  readonly number: number;
  /** Resolves when the other servers have the new version open. @throws HoldfastError SERVERS_BESIDE, STORE_UNAVAILABLE; the signal's reason */
  ready(signal: AbortSignal): Promise<void>;
  /** From now on nobody writes to the gallery of the old version. @throws HoldfastError SERVERS_BESIDE, STORE_UNAVAILABLE */
  close(): Promise<void>;
  /** The new version is served from now on, over restarts, and by the other servers. @throws as `close`, with nothing changed */
  swap(): Promise<void>;
  /** Gives up what was not swapped: the gallery of the old version is open again. */
  end(): Promise<void>;
}

/** What a server does when another one promotes. */
export interface Peer {
  /** Opens a version beside the one that is served, for when it is swapped. */
  prepare(version: string, turn: number): Promise<void>;
  /** Serves it. */
  take(promoted: Promoted, turn: number): Promise<void>;
  /** Closes what was prepared and is not served. */
  drop(): Promise<void>;
}

/** The galleries of the model versions: in folders of this machine, or shared with other servers. */
export interface Galleries {
  /** What had been promoted last when this server started; undefined where nothing ever was. */
  readonly promoted: Promoted | undefined;
  /**
   * This server is going to serve a version. Answers with the turn in which it may write to its gallery.
   * @throws HoldfastError STORE_UNAVAILABLE
   */
  serve(version: string): Promise<number>;
  /**
   * Opens the gallery of a version; an empty one where there is none.
   * @throws HoldfastError MODEL_MISMATCH, INDEX_DAMAGED, INDEX_LOCKED, INDEX_WRITE_FAILED, STORE_UNAVAILABLE, STORE_UNSUITABLE, OPTION_INVALID
   */
  open(manifest: ModelManifest, options?: OpenGalleryOptions): Promise<Gallery>;
  /** Where the records of a version's first fill came from; undefined until that is complete. */
  filledFrom(version: string): Promise<string | undefined>;
  /** The gallery of a version is filled, and is the one that is served from now on. */
  markFilled(manifest: ModelManifest, source: string): Promise<void>;
  /** The gallery that was served last, of another version. */
  latestOther(version: string): Promise<OtherGallery | undefined>;
  /** The same where it was served after that of the version, which lacks what was written since; never of shared galleries. */
  servedSince(version: string): Promise<OtherGallery | undefined>;
  /**
   * Begins a promotion, which has to be ended.
   * @param from the version that is served here.
   * @throws HoldfastError PROMOTION_RUNNING; SERVERS_BESIDE when other servers serve another version than `from`
   */
  begin(from: string, to: ModelManifest): Promise<Turn>;
  /** Serves what other servers promote, until the function that comes back is called. @param onFault is told why that fails; it is tried again. */
  follow(peer: Peer, onFault: (error: unknown) => void): () => Promise<void>;
  /** After the galleries that were opened. */
  close(): Promise<void>;
}
