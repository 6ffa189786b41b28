import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads what is added to a file of lines. */
export interface Tail {
  /** The whole lines since the last call; after the file was cut off, all of it again. */
  lines(): string[];
}

/** @param path of a file that may not be there yet. */
export function createTail(path: string): Tail {
  let position = 0;
  let rest = Buffer.alloc(0);
  const added = (): Buffer => {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size < position) {
        position = 0;
        rest = Buffer.alloc(0);
      }
      const bytes = Buffer.alloc(size - position);
      const read = readSync(file, bytes, 0, bytes.length, position);
      position += read;
      return bytes.subarray(0, read);
    } finally {
      closeSync(file);
    }
  };
  return {
    lines() {
      if (!existsSync(path)) return [];
      const bytes = Buffer.concat([rest, added()]);
      const end = bytes.lastIndexOf('\n') + 1;
      rest = bytes.subarray(end);
      return bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    },
  };
}
