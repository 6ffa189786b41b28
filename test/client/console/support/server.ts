import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler, type Response } from 'express';
import multer from 'multer';
import { loadConsole } from '../../../../server/console.ts';
import { commonHeaders } from '../../../../server/http/headers.ts';
import { showConsole } from '../../../../server/routes/console.ts';
import { png } from '../../../server/support/pictures.ts';
import { found, probed } from './answers.ts';

/** What the page asked for. */
export interface Asked {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly image: Buffer;
  /** The key that came with it. */
  readonly authorization: string | undefined;
}

/** A server of the real page, with its real headers, that answers what a test says. */
export interface PageServer {
  readonly url: string;
  readonly asked: Asked[];
  /** What is answered from now on; `undefined` for the recorded answers. */
  answers: Partial<Record<'/search' | '/probes' | '/samples', (response: Response, asked: Asked) => void>>;
  /** What callers must send from now on; nothing when undefined. */
  key: string | undefined;
  close(): Promise<void>;
}

const SAMPLES = ['anchor', 'bear', 'cat'].map((id) => ({ id, label: `a ${id}`, thumbnail: `/images/${id}` }));

/** The error of the server in its one shape. */
export function answerError(response: Response, status: number, code: string): void {
  response.status(status).json({ error: { code, message: `message of ${code}`, remedy: `remedy of ${code}` } });
}

export async function startPageServer(): Promise<PageServer> {
  const app = express();
  const asked: Asked[] = [];
  const state: PageServer['answers'] = {};
  const answer = (path: keyof PageServer['answers'], recorded: (asked: Asked) => unknown): RequestHandler => {
    return (request, response) => {
      const fields: Record<string, string> = { ...request.body };
      const entry = {
        path,
        fields,
        image: request.file?.buffer ?? Buffer.alloc(0),
        authorization: request.get('Authorization'),
      };
      asked.push(entry);
      const own = server.answers[path];
      if (own === undefined) response.json(recorded(entry));
      else own(response, entry);
    };
  };
  const upload = multer({ storage: multer.memoryStorage() }).single('image');
  app.use(commonHeaders);
  app.use(showConsole(await loadConsole()));
  app.use((request, response, next) => {
    if (server.key === undefined || request.get('Authorization') === `Bearer ${server.key}`) next();
    else answerError(response, 401, 'KEY_MISSING');
  });
  app.get(
    '/samples',
    answer('/samples', () => ({ samples: SAMPLES })),
  );
  app.get('/images/:id', async (request, response) => {
    response.type('png').send(await png(request.params.id));
  });
  app.post(
    '/search',
    upload,
    answer('/search', () => found),
  );
  app.post(
    '/probes',
    upload,
    answer('/probes', ({ fields }) => probed({}, Number(fields.epsilon))),
  );

  const listening = app.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const server: PageServer = {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers: state,
    key: undefined,
    async close() {
      const closed = once(listening, 'close');
      listening.close();
      listening.closeAllConnections();
      await closed;
    },
  };
  return server;
}
