/** A part of a hand-made multipart body. */
export interface Part {
  readonly name: string;
  /** A file when given, a text field otherwise. */
  readonly filename?: string;
  readonly value: string | Uint8Array;
}

export const BOUNDARY = 'holdfast-test-boundary';
export const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** The bytes of a multipart body, as a browser would send them. */
export function multipart(parts: readonly Part[]): Buffer {
  const chunks = parts.flatMap(({ name, filename, value }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: application/octet-stream`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  return Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}
