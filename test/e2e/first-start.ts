import { drawings, startTestServer } from '../server/support/start.ts';

// A server in a process of its own: `node first-start.ts DATA COUNT`. Prints a line per chunk and `ready RECORDS ADDED`.

const [data = '', count = '0'] = process.argv.slice(2);
let added = 0;
const server = await startTestServer(data, {
  firstSources: async () =>
    drawings(Number(count)).map((source) => ({
      ...source,
      image() {
        added += 1;
        return source.image();
      },
    })),
  report: { progress: (_what, done) => process.stdout.write(`done ${done}\n`), note: () => {} },
});
process.once('SIGTERM', () => {
  void server.stop().then(() => process.exit(0));
});
process.stdout.write(`ready ${(await server.gallery.status()).count} ${added}\n`);
