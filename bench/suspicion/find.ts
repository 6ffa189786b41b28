import { calibrate, statisticOf, thresholdOf } from '../../attack/suspicion/calibration.ts';
import { codeJpeg } from '../../attack/suspicion/transformations/code-jpeg.ts';
import { createRandom } from '../../base/random.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import type { Engine } from '../../engine/types.ts';
import { loadScene } from '../calibration/scene.ts';
import { chooseQueries, type Part } from '../calibration/truth.ts';
import { type Aim, type Attack, type Attacked, runAttack } from './attacks.ts';
import { FEW, runBlackBox } from './black-box.ts';
import { appendCell, nameOf, readCells } from './cells.ts';
import { createMeter, harmOf } from './measure.ts';
import type { Findings } from './results.ts';

/** Pictures that the detector is calibrated on, as on a server. */
const CALIBRATED = 1024;
const AIMS: readonly Aim[] = ['es', 'qa+', 'qa-'];
/** In 1/255, of adversaries without knowledge. */
const EPSILONS = [2, 4, 8];
/** Of adversaries with it, at 8/255. */
const WEIGHTS = [0.1, 1];
const BLACK_BOX_AIMS: readonly Aim[] = ['es', 'qa+'];
const BLACK_BOXES = ['square', 'nes'] as const;
/** Of the JPEGs that attacked pictures are stored as. */
const QUALITIES = [95, 90, 75];

/** The attacks that are measured. */
export const attacks: readonly Attack[] = [
  ...AIMS.flatMap((aim) => EPSILONS.map((epsilon): Attack => ({ aim, epsilon, weight: 0 }))),
  ...AIMS.flatMap((aim) => WEIGHTS.map((weight): Attack => ({ aim, epsilon: 8, weight }))),
  ...BLACK_BOX_AIMS.flatMap((aim) => BLACK_BOXES.map((by): Attack => ({ aim, epsilon: 8, weight: 0, by }))),
  // What storing does to a query that nobody attacked, and to those that somebody did.
  ...QUALITIES.flatMap((stored): Attack[] => [
    { aim: 'es', epsilon: 0, weight: 0, stored },
    ...AIMS.map((aim): Attack => ({ aim, epsilon: 8, weight: 0, stored })),
  ]),
];

export interface FindOptions {
  readonly part: Part;
  /** Queries that are attacked. */
  readonly queries: number;
  /** Where what is found is kept from attack to attack. */
  readonly path: string;
  readonly cache: string;
  readonly onProgress: (text: string) => void;
}

/** Calibrates, measures innocent queries, and attacks; what an earlier call has found is not found again. */
export async function find(engine: Engine, model: ModelVersion, options: FindOptions): Promise<Findings> {
  const { part, queries, path, onProgress } = options;
  const scene = await loadScene(engine, model, options.cache);
  const all = chooseQueries(scene, part, scene.count);
  const rows = all.slice(0, queries);
  const chosen = new Set(all);
  // Innocent queries and those that are calibrated on are of the same classes, as on a server, and not the same pictures.
  const others = createRandom('suspicion').shuffle(Array.from({ length: scene.count }, (_, row) => row));
  const calibrated = new Set(others.filter((row) => !rows.includes(row)).slice(0, CALIBRATED));
  const meter = await createMeter(engine, model);
  const calibration = calibrate(await meter.movements([...calibrated].map(scene.pixels)));
  const innocents = others.filter((row) => chosen.has(row) && !calibrated.has(row));
  const statistics = async (pictures: readonly Uint8Array[]) =>
    (await meter.movements(pictures)).map((movements) => statisticOf(movements, calibration));
  const innocent = await statistics(innocents.map(scene.pixels));
  const known = readCells(path, rows.length);
  const made = new Map<string, Promise<Attacked[]>>();
  /** Those that are stored afterwards are the same that are not. */
  const attackedBy = ({ stored, ...attack }: Attack): Promise<Attacked[]> => {
    const { by } = attack;
    const attacked =
      made.get(nameOf(attack)) ??
      (by === undefined
        ? runAttack(engine, model, scene, attack, calibration, rows)
        : runBlackBox(meter, model.backbone, scene, { ...attack, by }, rows.slice(0, FEW)));
    made.set(nameOf(attack), attacked);
    return attacked;
  };
  for (const [i, attack] of attacks.entries()) {
    const name = nameOf(attack);
    onProgress(`${i} of ${attacks.length} attacks; ${name}`);
    if (known.has(name)) continue;
    const { stored } = attack;
    const attacked = await attackedBy(attack);
    const pictures = await Promise.all(
      attacked.map(({ pixels }) =>
        stored === undefined ? pixels : codeJpeg(pixels, model.backbone, { quality: stored, offset: 0 }),
      ),
    );
    const embeddings = await meter.embed(pictures);
    const harms = attacked.map((one, at) => harmOf(scene, one, embeddings[at] as Float32Array));
    const cell = { attack, queries: rows.length, statistics: await statistics(pictures), harms };
    appendCell(path, cell);
    known.set(name, cell);
  }
  await meter.release();
  const cells = attacks.flatMap((attack) => known.get(nameOf(attack)) ?? []);
  const { version } = model.manifest;
  return { model: version, innocent, threshold: thresholdOf(calibration), calibratedOn: calibrated.size, cells };
}
