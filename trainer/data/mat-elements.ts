import { HoldfastError } from '../../base/errors.ts';

/** Data types of MAT-file version 5 (MathWorks, "MAT-File Format", table 1-1) that occur here. */
export const MAT = { int8: 1, int32: 5, uint32: 6, matrix: 14, compressed: 15 } as const;

/** A data element: its type and its bytes. */
export interface MatElement {
  readonly type: number;
  readonly data: Buffer;
}

/** Reads the elements of a buffer one after the other. */
export interface MatReader {
  readonly atEnd: boolean;
  /** @param type that the element must have, if given. @throws HoldfastError DATA_DAMAGED */
  next(type?: number): MatElement;
}

/** @param source named in errors. */
export function matReader(bytes: Buffer, source: string): MatReader {
  let at = 0;
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${source}: ${reason}`);
  return {
    get atEnd() {
      return at >= bytes.length;
    },
    next(wanted) {
      if (at + 8 > bytes.length) throw refuse('it is cut off');
      // A small element has its length in the upper half of its type, and its data in the rest of the tag.
      const isSmall = bytes.readUInt16LE(at + 2) !== 0;
      const type = isSmall ? bytes.readUInt16LE(at) : bytes.readUInt32LE(at);
      const length = isSmall ? bytes.readUInt16LE(at + 2) : bytes.readUInt32LE(at + 4);
      const start = at + (isSmall ? 4 : 8);
      if ((isSmall && length > 4) || start + length > bytes.length)
        throw refuse('an element is longer than what holds it');
      if (wanted !== undefined && type !== wanted) throw refuse(`an element of type ${type} instead of ${wanted}`);
      // Elements begin at multiples of eight bytes, except behind a compressed one.
      const end = type === MAT.compressed ? start + length : Math.ceil((start + length) / 8) * 8;
      at = isSmall ? at + 8 : end;
      return { type, data: bytes.subarray(start, start + length) };
    },
  };
}

const numbers: Readonly<Record<number, readonly [size: number, read: (data: Buffer, at: number) => number]>> = {
  1: [1, (data, at) => data.readInt8(at)],
  2: [1, (data, at) => data.readUInt8(at)],
  3: [2, (data, at) => data.readInt16LE(at)],
  4: [2, (data, at) => data.readUInt16LE(at)],
  5: [4, (data, at) => data.readInt32LE(at)],
  6: [4, (data, at) => data.readUInt32LE(at)],
  7: [4, (data, at) => data.readFloatLE(at)],
  9: [8, (data, at) => data.readDoubleLE(at)],
};

/** The numbers of an element; undefined for types that are none, and for integers of 64 bits. */
export function numbersOf({ type, data }: MatElement): number[] | undefined {
  const form = numbers[type];
  if (form === undefined || data.length % form[0] !== 0) return undefined;
  const [size, read] = form;
  return Array.from({ length: data.length / size }, (_, i) => read(data, i * size));
}

/** The text of an element; undefined where its type holds none. */
export function textOf({ type, data }: MatElement): string | undefined {
  switch (type) {
    case 1:
    case 2:
      return data.toString('latin1');
    case 4:
    case 17:
      return data.length % 2 === 0 ? data.toString('utf16le') : undefined;
    case 16:
      return data.toString('utf8');
    default:
      return undefined;
  }
}
