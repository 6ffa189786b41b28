import { mean } from '../../base/statistics.ts';
import { chooseModel } from '../../embedding/folders.ts';
import { startModel } from '../../server/model/service.ts';
import { readPixels } from '../../server/picture.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { fire } from './fire.ts';
import { summarise } from './load.ts';
import { upload } from './requests.ts';
import { usageOf } from './usage.ts';

const CLIENTS = 16;
const ROUNDS = 3;

/**
 * Uploads over HTTP beside what they cannot do without: the same pictures decoded and embedded in batches by the same code, in this
 * process. Round about; CPU seconds leave out the client, which shares the cores.
 */
export async function overhead({ server, pictures, version, data, seconds, onProgress }: Bench): Promise<Report> {
  const { directory, manifest } = chooseModel(version, undefined, { data });
  const model = await startModel(directory);
  const bare = async (): Promise<{ perSecond: number; cpu: number }> => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    let done = 0;
    const client = async (first: number): Promise<void> => {
      for (let i = first; performance.now() - start < 1000 * seconds; i++) {
        await model.embed([await readPixels(pictures[i % pictures.length] as Uint8Array, manifest.preprocessing)]);
        done += 1;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)));
    const { user, system } = process.cpuUsage(before);
    return { perSecond: done / seconds, cpu: (user + system) / 1e6 / done };
  };
  const shapes = pictures.map((picture) => upload('/search?robustness=none', picture));
  const served = async (): Promise<{ perSecond: number; cpu: number; loop: number }> => {
    const before = usageOf(server.pid);
    const { perSecond } = summarise(await fire(server.url, shapes, { seconds, connections: CLIENTS }), seconds);
    const after = usageOf(server.pid);
    const each = (of: 'cpuSeconds' | 'loopCpuSeconds'): number => (after[of] - before[of]) / (perSecond * seconds);
    return { perSecond, cpu: each('cpuSeconds'), loop: each('loopCpuSeconds') };
  };
  const rounds: { bare: Awaited<ReturnType<typeof bare>>; served: Awaited<ReturnType<typeof served>> }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    onProgress(`uploads: round ${round} of ${ROUNDS}`);
    rounds.push({ bare: await bare(), served: await served() });
  }
  await model.close();
  const of = (name: 'bare' | 'served', figure: 'perSecond' | 'cpu'): number =>
    mean(rounds.map((one) => one[name][figure]));
  const figures = {
    'bare a second': of('bare', 'perSecond'),
    'served a second': of('served', 'perSecond'),
    'share of pictures': of('served', 'perSecond') / of('bare', 'perSecond'),
    'bare CPU ms': 1000 * of('bare', 'cpu'),
    'served CPU ms': 1000 * of('served', 'cpu'),
    'share of CPU': of('bare', 'cpu') / of('served', 'cpu'),
    'event loop CPU ms': 1000 * mean(rounds.map((one) => one.served.loop)),
  };
  const line = (name: string, picture: 'bare' | 'served'): string[] => [
    ...[name, of(picture, 'perSecond').toFixed(1), (1000 * of(picture, 'cpu')).toFixed(2)],
  ];
  return {
    name: `uploads, ${CLIENTS} clients`,
    rows: [
      ['', 'a second', 'CPU ms of one'],
      line('decoded and embedded', 'bare'),
      line('/search over HTTP, robustness=none', 'served'),
      ['of that, the event loop', '', figures['event loop CPU ms'].toFixed(2)],
      ['share', figures['share of pictures'].toFixed(2), figures['share of CPU'].toFixed(2)],
    ],
    figures,
  };
}
