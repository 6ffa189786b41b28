import type { Augmentation } from './types.ts';
import { writeMiddle } from './window.ts';

/** The middle of the picture as it is. This is also what evaluation sees. */
export const none: Augmentation = { name: 'none', write: writeMiddle };
