import { attackNames } from '../../server/model/types.ts';

/** A request as it goes over the wire. */
export interface Shape {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const BOUNDARY = 'holdfast-bench';

/** A form with a picture and fields. */
export function upload(path: string, picture: Uint8Array, fields: Readonly<Record<string, string>> = {}): Shape {
  const part = (name: string, value: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const head = Object.entries(fields).map(([name, value]) => part(name, value));
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="query.png"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(`${head.join('')}${file}`), picture, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  return { method: 'POST', path, headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }, body };
}

/** A search for a stored record. */
export function idQuery(id: string): Shape {
  const body = Buffer.from(JSON.stringify({ id, k: 10 }));
  return { method: 'POST', path: '/search', headers: { 'content-type': 'application/json' }, body };
}

/** A search with a picture. */
export const search = (picture: Uint8Array): Shape => upload('/search?k=10', picture);

/** A new record under an id of the server's. */
export const addition = (picture: Uint8Array): Shape => upload('/images', picture, { label: 'bench' });

/** A probe by every attack that there is, which is answered once all their programs are compiled. */
export const everyAttack = (picture: Uint8Array): Shape =>
  upload('/probes', picture, { attacks: attackNames.join(','), epsilon: '8', steps: '1' });

/** A probe as the page asks for it. */
export const probe = (picture: Uint8Array, steps: number): Shape =>
  upload('/probes', picture, { attacks: 'es', epsilon: '8', steps: String(steps) });
