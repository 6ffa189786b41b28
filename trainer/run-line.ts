import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/types.ts';
import { fingerprint } from './data/fingerprint.ts';
import type { LogLine } from './monitor/log.ts';
import type { LabelledImages } from './types.ts';

/** The first line of a sitting in the log: what is run on what. */
export function runLine(
  engine: Pick<Engine, 'device' | 'threads'>,
  train: LabelledImages,
  details: Readonly<Record<string, unknown>>,
): LogLine {
  return {
    kind: 'run',
    date: new Date().toISOString(),
    versions: versions(),
    machine: {
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory: Math.round(totalmem() / 1e6),
      platform: `${process.platform} ${process.arch}`,
    },
    device: engine.device,
    threads: engine.threads,
    data: {
      name: train.name,
      images: train.labels.length,
      classes: train.classes.length,
      fingerprint: fingerprint(train),
    },
    ...details,
  };
}

function versions(): Record<string, string> {
  const path = fileURLToPath(new URL('../package.json', import.meta.url));
  const { version, dependencies }: { version: string; dependencies: Record<string, string> } = JSON.parse(
    readFileSync(path, 'utf8'),
  );
  const used = ['@tensorflow/tfjs', 'onnxruntime-node', 'sharp'].map((name) => [name, dependencies[name] ?? 'none']);
  return { holdfast: version, node: process.versions.node, ...Object.fromEntries(used) };
}
