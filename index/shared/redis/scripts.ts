import { aside } from '../aside.ts';
import type { Command } from './cluster.ts';
import { allKeys, type ShardKeys } from './keys.ts';

/*
 * What changes a shard is a script, so that its keys change together, here and on the replicas. Replacing an element in
 * place and VREM are left out: both repair the graph around the hole, which has crashed servers together with their
 * replicas (redis/redis#15424), and a replacement is not passed on to the replicas. So an element is written once, and
 * removed by taking its attributes: then it passes no filter, and every search has one.
 */

const HEAD = 'local vectors, labels, state, next, old = unpack(KEYS)\n';

/**
 * A label that is in the vector set but not among the labels was removed, and does not come back. A copy of a vector that
 * is there is put aside.
 */
const PUT = `${HEAD}
local label, vector, aside, attributes, quantisation, alike = unpack(ARGV)
if redis.call('SISMEMBER', labels, label) == 1 or redis.call('VISMEMBER', vectors, label) == 1 then return 0 end
local nearest = redis.call('VSIM', vectors, 'FP32', vector, 'WITHSCORES', 'COUNT', 1, 'EF', 64)
if nearest[2] and tonumber(nearest[2]) >= tonumber(alike) then vector = aside end
local element = {'FP32', vector, label, quantisation, 'SETATTR', attributes}
redis.call('VADD', vectors, unpack(element))
if redis.call('HEXISTS', state, 'rebuild') == 1 then redis.call('VADD', next, unpack(element)) end
redis.call('SADD', labels, label)
return 1`;

const REMOVE = `${HEAD}
local rebuilding = redis.call('HEXISTS', state, 'rebuild') == 1
for _, label in ipairs(ARGV) do
  if redis.call('SREM', labels, label) == 1 then
    redis.call('VSETATTR', vectors, label, '')
    redis.call('HINCRBY', state, 'gone', 1)
    if rebuilding and redis.call('VSETATTR', next, label, '') == 1 then redis.call('HINCRBY', state, 'nextGone', 1) end
  end
end
return {tonumber(redis.call('HGET', state, 'gone') or 0), redis.call('SCARD', labels)}`;

/** From this score on two vectors are one for the graph: what 32 bits, or 8, do not tell apart. */
const ALIKE: Readonly<Record<string, number>> = { NOQUANT: 1 - 3e-7, Q8: 1 - 2.5e-3 };

/** @param quantisation as VADD calls it */
export function putCommand(
  keys: ShardKeys,
  label: number,
  vector: Float32Array,
  attributes: string,
  quantisation: string,
): Command {
  const [beside, alike] = [bytesOf(aside(vector, label)), ALIKE[quantisation] ?? 1];
  return scriptCommand(PUT, keys, [label, bytesOf(vector), beside, attributes, quantisation, alike]);
}

/** Answers with how many vectors of the shard are removed, and how many count. */
export function removeCommand(keys: ShardKeys, labels: readonly number[]): Command {
  return scriptCommand(REMOVE, keys, labels);
}

/** A script on the keys of a shard, which begins with `HEAD`. */
export function scriptCommand(script: string, keys: ShardKeys, args: readonly (string | number | Buffer)[]): Command {
  const names = allKeys(keys);
  return ['EVAL', script, names.length, ...names, ...args];
}

/** Four bytes for each component, little-endian, as VADD and VSIM take a vector. */
export function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * vector.length);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, 4 * i);
  return bytes;
}

export { HEAD as SCRIPT_HEAD };
