import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds and has used; Linux only. */
export interface Usage {
  /** Resident memory. */
  readonly megabytes: number;
  readonly descriptors: number;
  readonly threads: number;
  /** Of all its threads since its start. */
  readonly cpuSeconds: number;
  /** Of its first thread, which has the event loop. */
  readonly loopCpuSeconds: number;
}

/** Clock ticks of a second, as Linux has them on every machine that Node runs on. */
const TICKS = 100;

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    megabytes: megabytesIn(status),
    threads: threadsIn(status),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    cpuSeconds: cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    loopCpuSeconds: cpuSecondsIn(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')),
  };
}

/** @param status of /proc/PID/status */
export function megabytesIn(status: string): number {
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** @param status of /proc/PID/status */
export function threadsIn(status: string): number {
  return Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]);
}

/** @param stat of /proc/PID/stat; the name of the process, which may hold anything, stands in brackets before the numbers. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return (user + system) / TICKS;
}
