import { nearest } from '../attack/metrics/index.ts';
import { firstUnmatching } from '../attack/suite/gtm.ts';
import { search, withGallery } from '../attack/suite/scene.ts';
import { type AuditData, openData } from '../audit/data.ts';
import { createRandom } from '../base/random.ts';
import { mean } from '../base/statistics.ts';
import { chooseModel } from '../embedding/folders.ts';
import { takeRows } from '../engine/arrays.ts';
import { createEngine } from '../engine/index.ts';
import { chunkOf } from '../trainer/chunk.ts';
import type { Report } from './harness.ts';

export interface GtmOptions {
  /** A model version; the shipped one if left out. */
  readonly model?: string | undefined;
  /** The data set that it is judged on; emoji if left out. */
  readonly data?: string | undefined;
}

const ORDERS = 300;
const TOP = 10;

/** What a query's attack aims at: the rows of its first image and of the first that does not match that one. */
interface Aim {
  readonly first: number;
  readonly unmatching: number;
}

/** The number of equally frequent values that would coincide as often. */
export function effectiveNumber(values: readonly number[]): number {
  const counts = countsOf(values);
  return values.length ** 2 / counts.reduce((sum, count) => sum + count ** 2, 0);
}

/** How often each value occurs, most first. */
function countsOf(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => b - a);
}

/**
 * The share of queries whose released GTM target is of their own class when the gallery lies in another order.
 * @param rows the gallery's rows in that order.
 */
export function ownClassShare(aims: readonly Aim[], labels: Int32Array, rows: readonly number[]): number {
  const places = new Int32Array(rows.length);
  rows.forEach((row, place) => {
    places[row] = place;
  });
  const ordered = Int32Array.from(rows, (row) => labels[row] as number);
  // For each label, how many rows of it lie before each place.
  const before = new Map([...new Set(labels)].map((label) => [label, prefixCounts(ordered, label)]));
  const own = aims.filter(({ first, unmatching }, query) => {
    const place = places[unmatching] as number;
    const target = place - (before.get(labels[first] as number)?.[place] ?? 0);
    return ordered[target] === labels[query];
  });
  return own.length / aims.length;
}

function prefixCounts(ordered: Int32Array, label: number): Int32Array {
  const counts = new Int32Array(ordered.length + 1);
  ordered.forEach((other, i) => {
    counts[i + 1] = (counts[i] as number) + Number(other === label);
  });
  return counts;
}

async function aimsOf(model: ReturnType<typeof chooseModel>, data: AuditData): Promise<Aim[]> {
  const { backbone, weights } = model;
  const engine = await createEngine({ device: 'cpu' });
  const count = chunkOf(backbone);
  const set = { engine, backbone, weights, images: data.images, labels: data.labels, count };
  return withGallery({ ...set, metric: 'N', protocol: 'robrank' }, async (scene) => {
    const aims: Aim[] = [];
    for (let from = 0; from < data.labels.length; from += count) {
      const rows = Array.from({ length: Math.min(count, data.labels.length - from) }, (_, i) => from + i);
      for (const list of await search(scene, takeRows(scene.gallery, rows))) {
        const self = nearest(list);
        aims.push({ first: nearest(list, self), unmatching: firstUnmatching(list, scene.labels, self) });
      }
    }
    return aims;
  });
}

/**
 * How far the released evaluation's GTM hangs on the order of the gallery. Its selector aims at a row that has nothing to do with the
 * query (`releasedUnmatching`), so that an attack that arrives finds the query's own class as often as that row is of it.
 * @throws HoldfastError MODEL_UNKNOWN, OPTION_INVALID, DATA_MISSING
 */
export async function benchReleasedGtm({ model: version, data: name = 'emoji' }: GtmOptions = {}): Promise<Report> {
  const folder = process.env.HOLDFAST_DATA || '.holdfast';
  const model = chooseModel(version, undefined, { data: folder });
  const { size, channels } = model.backbone;
  const data = await openData({ name, split: 'test', cache: `${folder}/cache`, size, channels });
  try {
    const aims = await aimsOf(model, data);
    const random = createRandom('orders of the gallery');
    const rows = [...data.labels.keys()];
    const shares = Array.from({ length: ORDERS }, () => ownClassShare(aims, data.labels, random.shuffle([...rows])));
    shares.sort((a, b) => a - b);
    const unmatching = aims.map((aim) => aim.unmatching);
    const top = countsOf(unmatching).slice(0, TOP);
    const at = (share: number): number => shares[Math.round(share * (ORDERS - 1))] as number;
    const figures = {
      'distinct aims': new Set(unmatching).size,
      [`share of the ${TOP} most frequent`]: top.reduce((sum, count) => sum + count, 0) / aims.length,
      'effective number of aims': effectiveNumber(unmatching),
      'own class, as the gallery lies': ownClassShare(aims, data.labels, rows),
      'own class, mean over orders': mean(shares),
      'own class, 2.5 %': at(0.025),
      'own class, 97.5 %': at(0.975),
    };
    return {
      name: `aims of the released GTM for ${aims.length} queries of ${name}, ${model.manifest.version}, ${ORDERS} orders of the gallery`,
      rows: [
        ['what', 'figure'],
        ...Object.entries(figures).map(([what, value]) => [what, String(Number(value.toPrecision(4)))]),
      ],
      figures,
    };
  } finally {
    await data.close();
  }
}
