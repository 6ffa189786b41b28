import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest with the slow tests, the longest first: one that began last would be waited for alone. */
export const LONGEST = [
  'test/server/rubbish/pictures.test.ts',
  'test/trainer/data/emoji.test.ts',
  'test/e2e/harden.test.ts',
  'test/server/jobs/audit-killed.test.ts',
  'test/server/jobs/harden-killed.test.ts',
  'test/fault/promotion-kill.test.ts',
  'test/index/shared/redis/failover.test.ts',
  'test/server/jobs/shared-worker.test.ts',
  'test/fault/kill.test.ts',
  'test/engine/memory.test.ts',
  'test/e2e/server.test.ts',
  'test/server/gallery/shared-promotion.test.ts',
  'test/server/gallery/shared.test.ts',
  'test/fault/shared-promotion-kill.test.ts',
  'test/embedding/networks.golden.test.ts',
  'test/server/models/server.test.ts',
  'test/index/embedded.test.ts',
  'test/server/start.test.ts',
  'test/engine/networks.test.ts',
  'test/e2e/build.test.ts',
  'test/server/jobs/audit.test.ts',
  'test/server/stores/tls.test.ts',
];

/** The order of the test files. Vitest knows how long they took the last time, which a fresh clone does not. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.indexOf(relative(root, moduleId));
      return place < 0 ? LONGEST.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
