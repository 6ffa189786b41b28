import { isAbsolute } from 'node:path';
import { openFolderImages } from '../../../index/shared/images/folder.ts';
import type { ImageKind } from '../types.ts';

/** In a folder that all servers see, by its whole path: a relative one would be another on each. */
export const inFolder: ImageKind = {
  form: '/a/whole/path',
  read: (text) => (isAbsolute(text) ? () => (owner) => openFolderImages(text, owner) : undefined),
};
