import { gzipSync } from 'node:zlib';

/** An IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((length, i) => {
    header.writeUInt32BE(length, 4 + 4 * i);
  });
  return Buffer.concat([header, data]);
}

/** The four files of a set with so many pictures: picture i has the label i % 10 and the levels of `level`. */
export function idxTree(
  train: number,
  test: number,
  level: (picture: number, pixel: number) => number,
  gzipped = false,
): Record<string, Buffer> {
  const file = (shape: readonly number[], data: Uint8Array): Buffer =>
    gzipped ? gzipSync(idxFile(shape, data)) : idxFile(shape, data);
  const part = (name: string, count: number): [string, Buffer][] => {
    const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => level(Math.floor(i / 784), i % 784));
    const ending = gzipped ? '.gz' : '';
    return [
      [`${name}-images-idx3-ubyte${ending}`, file([count, 28, 28], pixels)],
      [
        `${name}-labels-idx1-ubyte${ending}`,
        file(
          [count],
          Uint8Array.from({ length: count }, (_, i) => i % 10),
        ),
      ],
    ];
  };
  return Object.fromEntries([...part('train', train), ...part('t10k', test)]);
}
