import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cpuSecondsIn, megabytesIn, threadsIn, usageOf } from '../../../bench/server/usage.ts';

describe('what a process uses', () => {
  it('is read from the files of Linux, whatever the process is called', () => {
    expect(megabytesIn('Name:\tnode\nVmHWM:\t  409600 kB\nVmRSS:\t  204800 kB\n')).toBe(200);
    expect(threadsIn('Name:\tThreads: 3\nThreads:\t12\nSigQ:\t0/96401\n')).toBe(12);
    const numbers = Array.from({ length: 40 }, (_, i) => String(i + 3));
    numbers[11] = '150';
    numbers[12] = '50';
    expect(cpuSecondsIn(`42 (a) b (c d) ${numbers.join(' ')}`)).toBe(2);
  });

  it.runIf(process.platform === 'linux')('is there for a process that runs', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)'], { stdio: 'pipe' });
    await once(child.stdout, 'data');
    const { megabytes, descriptors, threads, cpuSeconds, loopCpuSeconds } = usageOf(child.pid ?? 0);
    expect(megabytes).toBeGreaterThan(10);
    expect(descriptors).toBeGreaterThan(3);
    expect(threads).toBeGreaterThan(1);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(loopCpuSeconds).toBeGreaterThan(0);
    expect(loopCpuSeconds).toBeLessThanOrEqual(usageOf(child.pid ?? 0).cpuSeconds);
    child.stdin.end();
    await once(child, 'exit');
  });
});
