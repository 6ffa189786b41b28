import type { ImageKind } from '../types.ts';
import { inFolder } from './folder.ts';
import { inRecords } from './records.ts';
import { inS3 } from './s3.ts';

/** The kinds of `--images`; the first is the default. */
export const imageKinds: readonly [ImageKind, ...ImageKind[]] = [inRecords, inFolder, inS3];
