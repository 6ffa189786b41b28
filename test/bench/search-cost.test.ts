import { expect, it } from 'vitest';
import { cpuSeconds, searchCost } from '../../bench/search-cost.ts';

it('the cost of a search is the CPU time of this process by the number of searches', async () => {
  let searches = 0;
  const search = async (): Promise<void> => {
    searches++;
    const until = process.cpuUsage().user + 5000;
    while (process.cpuUsage().user < until);
  };
  const { here, masters } = await searchCost(search, 20, undefined);
  expect(searches).toBe(20);
  expect(here).toBeGreaterThan(4);
  expect(masters).toBeUndefined();
});

it('the CPU time of a Redis is that of its main thread and the others, once', () => {
  const info = [
    '# CPU',
    'used_cpu_sys:1.500000',
    'used_cpu_user:2.250000',
    'used_cpu_sys_children:7.0',
    'used_cpu_user_main_thread:2.0',
  ];
  expect(cpuSeconds(info.join('\r\n'))).toBe(3.75);
});
