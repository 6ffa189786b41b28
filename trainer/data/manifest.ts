import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { parseCsv } from './csv.ts';
import { missing, photographDataSet } from './photographs.ts';
import { numbered, splitByClass } from './split.ts';

const about = {
  name: 'manifest',
  summary: 'pictures of your own: a CSV file with a header, or a JSONL file, of path, label and, if you like, split',
  origin: 'name a file that ends in .csv or .jsonl',
};

const entry = z.strictObject({
  path: z.string().min(1),
  label: z.union([z.string().min(1), z.number()]).transform(String),
  split: z.enum(['train', 'test']).optional(),
});

/** Each entry with its place in the file, not yet checked. */
function readEntries(path: string, text: string): [place: string, value: unknown][] {
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${path}: ${reason}`);
  if (extname(path).toLowerCase() === '.jsonl') {
    return text.split(/\r?\n/).flatMap((line, i) => {
      if (line.trim() === '') return [];
      try {
        return [[`${path}, line ${i + 1}`, JSON.parse(line)] as [string, unknown]];
      } catch (cause) {
        throw new HoldfastError('DATA_DAMAGED', `${path}, line ${i + 1} is not JSON`, { cause });
      }
    });
  }
  if (extname(path).toLowerCase() !== '.csv') throw missing(about, `${path} is neither .csv nor .jsonl`);
  const rows = parseCsv(text);
  if (rows === undefined) throw refuse('a quote is misplaced or not closed');
  const [header = [], ...rest] = rows;
  return rest.map((fields, i) => {
    const place = `${path}, entry ${i + 1}`;
    if (fields.length !== header.length) {
      throw new HoldfastError('DATA_DAMAGED', `${place} has ${fields.length} fields; the header has ${header.length}`);
    }
    return [place, Object.fromEntries(header.map((name, at) => [name.trim(), fields[at]]))];
  });
}

/** A list of pictures in a file. Paths are relative to it. Without splits, the first half of the labels is for training. */
export const manifest = photographDataSet({
  ...about,
  counts: undefined,
  read(path) {
    const refuse = (reason: string, place = path) => new HoldfastError('DATA_DAMAGED', `${place}: ${reason}`);
    let text: string;
    try {
      text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    } catch (cause) {
      throw missing(about, `${path} cannot be read (${String(cause)})`);
    }
    const pictures = readEntries(path, text).map(([place, value]) => {
      const result = entry.safeParse(value);
      if (result.success) {
        const { path: file, label, split } = result.data;
        return { path: resolve(dirname(path), file), className: label, split };
      }
      const [issue] = result.error.issues;
      throw refuse(`${issue?.path.join('.') || 'entry'}: ${issue?.message}`, place);
    });
    const halves = pictures.some(({ split }) => split !== undefined)
      ? splitAsStated(pictures, refuse)
      : splitByClass(pictures);
    if (halves !== undefined && halves.train.length > 0 && halves.test.length > 0) return halves;
    throw refuse('nothing is left for training, or nothing for the test');
  },
});

function splitAsStated(
  pictures: readonly { path: string; className: string; split: 'train' | 'test' | undefined }[],
  refuse: (reason: string) => HoldfastError,
) {
  const without = pictures.find(({ split }) => split === undefined);
  if (without !== undefined) throw refuse(`${without.path} has no split, and others have`);
  const half = (wanted: string) => numbered(pictures.filter(({ split }) => split === wanted));
  return { train: half('train'), test: half('test') };
}
