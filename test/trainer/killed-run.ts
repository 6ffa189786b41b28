import { join } from 'node:path';
import { createRandom } from '../../base/random.ts';
import { createEngine } from '../../engine/index.ts';
import { beginningOf, checkpointPath, loadCheckpoint, saveCheckpoint } from '../../trainer/checkpoint.ts';
import { defenses, presets } from '../../trainer/defenses/index.ts';
import { openLog } from '../../trainer/monitor/log.ts';
import { drawings } from '../../trainer/recipes/index.ts';
import { runStage } from '../../trainer/run-stage.ts';
import { newLearner } from '../../trainer/update.ts';
import { patches } from './support.ts';
import { stageSetting, tiny } from './tiny.ts';

/** A process that runs one stage in the folder that is its argument, from the checkpoint there, and tells of each batch. */
const folder = process.argv[2] as string;
const engine = await createEngine({ threads: 1 });
const images = patches(5, 3, tiny.size);
const { loss, metric, miner, attack: budget, caTride } = drawings;
const update = { weightDecay: 1e-4, average: 0.99, clipNorm: 1, batchNorm: 'live' } as const;
const make = defenses['ca-tride'] as (typeof defenses)[string];
const setting = { engine, backbone: tiny, ...update, loss: { loss, metric, miner }, budget };
const training = make(setting, { ...presets.paper, ...caTride });
const saved = loadCheckpoint(checkpointPath(folder));
const log = openLog(join(folder, 'log.jsonl'), saved?.progress.logBytes ?? 0);
const stage = { name: 'ca-tride', from: undefined, epochs: 24, rate: 1e-3, schedule: 'cosine', warmup: 5 } as const;
const { learner, progress } = await runStage(
  stage,
  training,
  saved ?? { learner: newLearner(tiny.init(createRandom('weights')), {}, true), progress: beginningOf('ca-tride') },
  stageSetting(images, folder, {
    pairs: 4,
    checkpointSeconds: Number(process.argv[3]),
    log,
    logEvery: 3,
    watch: undefined,
    onBatch: ({ step }) => process.send?.(step),
  }),
);
saveCheckpoint(join(folder, 'done.safetensors'), { ...progress, seconds: 0, logBytes: 0 }, learner);
process.disconnect?.();
