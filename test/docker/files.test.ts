import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sendJson, startServer } from '../client/sdk/server.ts';
import { runNode } from '../e2e/command.ts';

const dockerfile = readFileSync('docker/Dockerfile', 'utf8');
const compose = readFileSync('docker/compose.yaml', 'utf8');
const ignored = readFileSync('.dockerignore', 'utf8').split('\n').filter(Boolean);

/** The arguments after `node` of the check that the image declares. */
function healthCheck(): string[] {
  const [, list = '[]'] = /HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(dockerfile) ?? [];
  const [command, ...args]: string[] = JSON.parse(list);
  expect(command).toBe('node');
  return args;
}

describe('the image', () => {
  it.each([
    [200, 0],
    [503, 1],
  ])('is healthy by the answer of /healthz: %d ends the check with %d', async (status, code) => {
    const server = await startServer(({ url }, response) => sendJson(response, url === '/healthz' ? status : 404, {}));
    const check = runNode(healthCheck(), { PORT: new URL(server.url).port });
    expect(await check.ended, check.output()).toBe(code);
    await server.close();
  });

  it('is unhealthy when nobody listens', async () => {
    const server = await startServer(() => {});
    await server.close();
    expect(await runNode(healthCheck(), { PORT: new URL(server.url).port }).ended).toBe(1);
  });

  it('runs as a user without rights, who owns the data folder', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/chown node:node \/data[\s\S]*^USER node$[\s\S]*^ENTRYPOINT/m);
    expect(last).toContain('HOLDFAST_DATA=/data');
  });

  it('is given everything that its build needs', () => {
    const [, build = ''] = /COPY (package\.json [^\n]*) \.\//.exec(dockerfile) ?? [];
    for (const file of [...build.split(' '), 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs', 'NOTICE']) {
      expect(existsSync(file), file).toBe(true);
      expect(ignored).not.toContain(file.split('/')[0]);
    }
  });

  it('is given nothing that was built, stored or installed here', () => {
    expect(ignored).toEqual(expect.arrayContaining(['node_modules', 'dist', '.holdfast', '.git']));
  });
});

describe('the compose file', () => {
  it('lets only this machine in, for it asks for no keys', () => {
    expect(compose).toContain('HOLDFAST_WITHOUT_KEYS: "true"');
    const ports = [...compose.matchAll(/"([\d.:]+:8080)"/g)].map(([, port]) => port);
    expect(ports).toEqual(['127.0.0.1:8080:8080']);
  });

  it('keeps the data in a volume and waits for an orderly stop', () => {
    expect(compose).toMatch(/- data:\/data/);
    const [, grace] = /stop_grace_period: (\d+)s/.exec(compose) ?? [];
    expect(Number(grace)).toBeGreaterThan(10);
  });
});
