const utf8 = new TextEncoder();

/** Writes the protocol-buffer wire format: just the four field kinds that ONNX files need. */
export class MessageWriter {
  private readonly chunks: Uint8Array[] = [];

  /** A varint field: integers, enums and booleans; negative ones in two's complement of 64 bits. */
  integer(field: number, value: number | bigint): this {
    this.chunks.push(varint(BigInt(field << 3)), varint(BigInt.asUintN(64, BigInt(value))));
    return this;
  }

  /** A 32-bit floating-point field. */
  float(field: number, value: number): this {
    this.chunks.push(varint(BigInt((field << 3) | 5)), new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** A length-delimited field: texts, bytes and packed lists. */
  bytes(field: number, value: Uint8Array | string): this {
    const bytes = typeof value === 'string' ? utf8.encode(value) : value;
    this.chunks.push(varint(BigInt((field << 3) | 2)), varint(BigInt(bytes.length)), bytes);
    return this;
  }

  /** A nested message. */
  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
