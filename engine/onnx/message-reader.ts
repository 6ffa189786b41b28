/** A field of a protocol-buffer message: a number (varint or fixed), or the bytes of a text, a list or a message. */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
  /** How the value lay in the file. */
  readonly wire: 'varint' | 'fixed64' | 'fixed32' | 'bytes';
}

/**
 * The fields of a message in the protocol-buffer wire format, in their order. Bytes are views, not copies.
 * @throws RangeError where the bytes end early or are no such message.
 */
export function* readMessage(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('the message ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError('a number is longer than 64 bits');
  };
  const advance = (size: number): number => {
    if (size < 0 || size > bytes.length - at) throw new RangeError('a field is longer than its message');
    at += size;
    return at - size;
  };
  while (at < bytes.length) {
    const key = Number(BigInt.asUintN(32, varint()));
    const number = key >>> 3;
    if (number === 0) throw new RangeError('a field has the number 0');
    const wire = key & 7;
    if (wire === 0) yield { number, value: varint(), wire: 'varint' };
    else if (wire === 1) yield { number, value: view.getBigUint64(advance(8), true), wire: 'fixed64' };
    else if (wire === 5) yield { number, value: BigInt(view.getUint32(advance(4), true)), wire: 'fixed32' };
    else if (wire === 2) {
      const size = Number(varint());
      const start = advance(size);
      yield { number, value: bytes.subarray(start, start + size), wire: 'bytes' };
    } else throw new RangeError(`a field has the unknown kind ${wire}`);
  }
}

/** The integers of a field that repeats: one by one, or packed. @throws RangeError */
export function integersOf({ value }: Field): number[] {
  if (typeof value === 'bigint') return [Number(value)];
  const numbers: number[] = [];
  // A packed list is a message without keys: with the key of a varint before each, it is read like one.
  let start = 0;
  for (let i = 0; i < value.length; i++) {
    if ((value[i] as number) >= 0x80) continue;
    const bytes = Uint8Array.from([8, ...value.subarray(start, i + 1)]);
    for (const field of readMessage(bytes)) numbers.push(Number(field.value));
    start = i + 1;
  }
  if (start !== value.length) throw new RangeError('a list ends within a number');
  return numbers;
}
