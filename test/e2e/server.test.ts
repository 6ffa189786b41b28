import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drawings, startTestServer, type TestFolder, testFolder } from '../server/support/start.ts';
import { type Command, run } from './command.ts';

const started: Command[] = [];
afterEach(async () => {
  for (const { process: child, ended } of started.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});
function start(...args: Parameters<typeof run>): Command {
  const command = run(...args);
  started.push(command);
  return command;
}

describe('the command', () => {
  let folder: TestFolder;
  let running: Command;
  const serve = (args: readonly string[] = [], environment: Record<string, string> = {}): Command =>
    start('server/main.ts', ['--model', 'test-1', ...args], { HOLDFAST_DATA: folder.data, PORT: '0', ...environment });

  beforeAll(async () => {
    folder = testFolder('test-1');
    const server = await startTestServer(folder.data, { firstSources: async () => drawings(12) });
    await server.stop();
    running = run('server/main.ts', ['--model', 'test-1'], { HOLDFAST_DATA: folder.data, PORT: '0' });
  });
  afterAll(async () => {
    running.process.kill('SIGKILL');
    await running.ended;
    folder.remove();
  });

  it('says where it is, what it serves and how to try it', async () => {
    const [, line = ''] = await running.said(/Try it: (curl .*)\n/);
    expect(running.output()).toMatch(/Holdfast serves model test-1 with 12 records on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(running.output()).toContain('No keys');
    expect(readFileSync(join(folder.data, 'sample.png')).subarray(1, 4).toString()).toBe('PNG');
    const answer = JSON.parse(execFileSync('sh', ['-c', line.replace('curl', 'curl -s')], { encoding: 'utf8' }));
    expect(answer.results).toHaveLength(3);
    expect(answer.results[0].distance).toBeLessThan(0.001);
  });

  it.each([
    ['an unknown option', ['--modle'], {}, 'OPTION_INVALID'],
    ['a wrong port', [], { PORT: 'http' }, 'OPTION_INVALID'],
    ['an unknown model', ['--model', 'none-1'], {}, 'MODEL_UNKNOWN'],
  ])('refuses %s in two lines', async (_, args, environment, code) => {
    const server = serve(args, environment);
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(new RegExp(`^error ${code}: .+\n.+\n$`));
  });

  it('refuses a port that is taken, and the one who has it ends in order when interrupted', async () => {
    const [, port = ''] = await running.said(/on http:\/\/127\.0\.0\.1:(\d+)/);
    const second = serve([], { PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`error PORT_UNAVAILABLE: cannot listen on 127.0.0.1:${port}`);
    running.process.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(running.output()).not.toMatch(/error/i);
  });

  it('prints its help', async () => {
    const server = serve(['--help']);
    expect(await server.ended).toBe(0);
    expect(server.output()).toContain('usage: npm start');
  });
});

describe('a first start that is killed', () => {
  it('goes on where it stopped, without a hand', async () => {
    const folder = testFolder('test-1');
    const killed = start('test/e2e/first-start.ts', [folder.data, '300']);
    await killed.said(/done 128\n/);
    killed.process.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');

    const next = start('test/e2e/first-start.ts', [folder.data, '300']);
    const [, records, added] = await next.said(/ready (\d+) (\d+)/);
    expect(Number(records)).toBe(300);
    expect(Number(added)).toBeLessThanOrEqual(300 - 128);
    next.process.kill('SIGTERM');
    expect(await next.ended).toBe(0);
    folder.remove();
  });
});
