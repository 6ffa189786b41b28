import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, normalize, resolve, sep } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../../../base/errors.ts';

/** A picture to be ingested. */
export interface Picture {
  readonly path: string;
  /** As it is told: below the folder of the job. */
  readonly file: string;
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const PICTURES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);
const RECORD_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const LONGEST_LABEL = 256;

/** The pictures of a folder and those below it, in the order of their names; labels are the names of their folders. */
export function listFolder(folder: string): Picture[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names
    .filter((name) => PICTURES.has(extname(name).toLowerCase()))
    .map((name) => {
      const place = dirname(name);
      return {
        ...{ path: join(folder, name), file: name, id: idOf(name), metadata: { file: name } },
        label: place === '.' ? null : basename(place).slice(0, LONGEST_LABEL),
      };
    });
}

const entry = z.strictObject({
  file: z.string().min(1).max(1024),
  id: z.string().regex(RECORD_ID).optional(),
  label: z.string().min(1).max(LONGEST_LABEL).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** The pictures of a list, a JSON object a line; paths are relative to it. @throws HoldfastError DATA_DAMAGED naming the line */
export function readManifest(path: string): Picture[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const result = entry.safeParse(parse(line));
    if (!result.success) {
      const [issue] = result.error.issues;
      const where = `${basename(path)}, line ${i + 1}: ${issue?.path.join('.') ?? ''}`;
      throw new HoldfastError('DATA_DAMAGED', `${where} ${issue?.message}`);
    }
    const { file, id = idOf(file), label = null, metadata } = result.data;
    return [{ path: resolve(dirname(path), file), file, id, label, metadata: metadata ?? { file } }];
  });
}

/** The path with colons, where that is an id; else a hash of it. */
function idOf(file: string): string {
  const plain = normalize(file).split(sep).join(':');
  return RECORD_ID.test(plain) ? plain : `file:${createHash('sha256').update(file).digest('hex').slice(0, 32)}`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
