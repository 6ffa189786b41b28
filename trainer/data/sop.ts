import { join } from 'node:path';
import type { DataSet } from '../types.ts';
import type { Counts } from './counts.ts';
import { numberIn, readLines } from './lines.ts';
import { type Photograph, photographDataSet } from './photographs.ts';

const about = {
  name: 'sop',
  summary: 'offers of goods: 120,053 photographs of 22,634 products (Stanford Online Products)',
  origin:
    'unpack the archive Stanford_Online_Products.zip from the page "Deep Metric Learning via Lifted Structured Feature ' +
    'Embedding" of Stanford and name the folder Stanford_Online_Products, which holds Ebay_train.txt, Ebay_test.txt and a folder ' +
    'for each kind of goods',
};

/** A list has a line of names and then image id, class id, kind of goods and path; its order is kept. */
function photographs(folder: string, list: string): Photograph[] {
  return readLines(about, folder, list, 4)
    .slice(1)
    .map((line) => {
      const label = numberIn(line, 1);
      return { path: join(folder, line.fields[3] as string), label, className: String(label) };
    });
}

/** Stanford Online Products (Song et al., 2016), with its official halves, which share no class. */
export function sopWith(counts: Counts): DataSet {
  return photographDataSet({
    ...about,
    counts,
    read: (folder) => ({
      train: photographs(folder, 'Ebay_train.txt'),
      test: photographs(folder, 'Ebay_test.txt'),
    }),
  });
}

export const sop = sopWith({ train: 59551, test: 60502 });
