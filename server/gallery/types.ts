import type { ModelManifest } from '../../embedding/types.ts';
import type { Gallery } from '../../index/types.ts';
import type { Promoted } from '../models/serving-file.ts';

/** The gallery of another version, for who wants its records. */
export interface OtherGallery {
  /** What it is tied to. */
  readonly model: string;
  open(): Promise<Gallery>;
}

/** The galleries of the model versions: in folders of this machine, or shared with other servers. */
export interface Galleries {
  /** What had been promoted last when this server started; undefined where nothing ever was. */
  readonly promoted: Promoted | undefined;
  /**
   * Opens the gallery of a version; an empty one where there is none.
   * @param rebuild make anew what is derived of the records.
   * @throws HoldfastError MODEL_MISMATCH, INDEX_DAMAGED, INDEX_LOCKED, INDEX_WRITE_FAILED, STORE_UNAVAILABLE, STORE_UNSUITABLE, OPTION_INVALID
   */
  open(manifest: ModelManifest, rebuild?: boolean): Promise<Gallery>;
  /** Where the records of a version's first fill came from; undefined until that is complete. */
  filledFrom(version: string): Promise<string | undefined>;
  /** The gallery of a version is filled, and is the one that is served from now on. */
  markFilled(manifest: ModelManifest, source: string): Promise<void>;
  /** The gallery that was served last, of another version. */
  latestOther(version: string): Promise<OtherGallery | undefined>;
  /** The same where it was served after that of the version, which lacks what was written since; never of shared galleries. */
  servedSince(version: string): Promise<OtherGallery | undefined>;
  /** @throws HoldfastError SERVERS_BESIDE when other servers would go on with the version that is replaced. */
  refuseServersBeside(): Promise<void>;
  /** Remembers for the next starts what is served. @throws HoldfastError SERVERS_BESIDE, and nothing is remembered */
  promote(promoted: Promoted): Promise<void>;
  /** After the galleries that were opened. */
  close(): Promise<void>;
}
