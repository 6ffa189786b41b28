import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { THREADS } from './bundle.ts';
import { bundled } from './bundled.ts';

const FLOORS = ['engine', 'embedding', 'attack', 'trainer', 'audit', 'index', 'server'];

it('what threads of the project start on is bundled, each module by its name', () => {
  const started = FLOORS.flatMap((floor) =>
    readdirSync(floor, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const path = join(floor, file);
        const calls = readFileSync(path, 'utf8').matchAll(/startThread\('([\w-]+)', import\.meta\.url/g);
        return [...calls].map(([, name]) => join(dirname(path), `${name}.ts`));
      }),
  );
  expect([...THREADS].sort()).toEqual(started.sort());
  for (const module of THREADS) expect(bundled(module.replace(/\.ts$/, '')), module).toBeDefined();
});
