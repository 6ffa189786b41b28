import { join } from 'node:path';
import { openSqliteQueue } from '../../../../server/jobs/sqlite/queue.ts';
import { runWorker } from '../../../../server/jobs/worker.ts';
import { TIMES } from './times.ts';

/** A process that does the jobs of a data folder, for the server that is named if there is one, until it is killed. */
const [data = '', server = 'http://127.0.0.1:1'] = process.argv.slice(2);
const queue = openSqliteQueue(join(data, 'jobs', 'queue.sqlite'), TIMES);
const setting = { data, imports: join(data, 'imports'), server, key: undefined };
await runWorker(queue, setting, new AbortController().signal, () => {});
