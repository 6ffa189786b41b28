import type { Connection } from './cluster.ts';
import type { ShardKeys } from './keys.ts';
import { SCRIPT_HEAD as HEAD, scriptCommand } from './scripts.ts';

/** Seconds after which a rebuild that does not go on is taken for dead. */
const LEASE = 60;
/** Elements that one script copies: the server does nothing else for as long as it takes. */
const PAGE = 16;

/** Begins unless another one is under way. From here on writes go into both vector sets. */
const BEGIN = `${HEAD}
local token, lease = unpack(ARGV)
local now = tonumber(redis.call('TIME')[1])
if now < tonumber(redis.call('HGET', state, 'until') or 0) then return 0 end
redis.call('UNLINK', next, old)
redis.call('HSET', state, 'rebuild', token, 'until', now + lease, 'nextGone', 0)
return 1`;

const COPY = `${HEAD}
local token, lease, cursor, count, quantisation = unpack(ARGV)
if redis.call('HGET', state, 'rebuild') ~= token then return false end
redis.call('HSET', state, 'until', tonumber(redis.call('TIME')[1]) + lease)
local page = redis.call('SSCAN', labels, cursor, 'COUNT', count)
for _, label in ipairs(page[2]) do
  if redis.call('VISMEMBER', next, label) == 0 then
    local values = redis.call('VEMB', vectors, label)
    local element = {'VALUES', #values}
    for i, value in ipairs(values) do element[i + 2] = value end
    local attributes = redis.call('VGETATTR', vectors, label)
    for _, last in ipairs({label, quantisation, 'SETATTR', attributes}) do element[#element + 1] = last end
    redis.call('VADD', next, unpack(element))
  end
end
return page[1]`;

/**
 * Puts the new vector set in the place of the old one, if it has every label that counts: the cursor of another server, which
 * may have taken over, would have left some out. The old one is freed later, when no search is in it any more.
 */
const FINISH = `${HEAD}
if redis.call('HGET', state, 'rebuild') ~= ARGV[1] then return 0 end
local gone = tonumber(redis.call('HGET', state, 'nextGone'))
local whole = redis.call('VCARD', next) - gone == redis.call('SCARD', labels)
if whole then
  if redis.call('EXISTS', vectors) == 1 then redis.call('RENAME', vectors, old) end
  if redis.call('EXISTS', next) == 1 then redis.call('RENAME', next, vectors) end
  redis.call('HSET', state, 'gone', gone)
else
  redis.call('UNLINK', next)
end
redis.call('HDEL', state, 'rebuild', 'until', 'nextGone')
return whole and 1 or 0`;

export interface Rebuild {
  readonly connection: Connection;
  readonly keys: ShardKeys;
  /** As VADD calls it. */
  readonly quantisation: string;
  /** Names this rebuild; no other one has it. */
  readonly token: string;
  /** Whether to leave off: another one begins anew later. */
  readonly stopped: () => boolean;
}

/**
 * Makes the vector set of a shard anew from what counts in it, beside searches and writes, and swaps it in.
 * @returns whether it is swapped in; not when another rebuild is under way, a server was replaced meanwhile, or it was stopped
 * @throws HoldfastError STORE_UNAVAILABLE
 */
export async function rebuildShard({ connection, keys, quantisation, token, stopped }: Rebuild): Promise<boolean> {
  const call = async (script: string, ...args: (string | number)[]): Promise<unknown> => {
    const [answer] = await connection.run(keys.slot, [scriptCommand(script, keys, [token, ...args])]);
    return answer;
  };
  if ((await call(BEGIN, LEASE)) !== 1) return false;
  for (let cursor = '0'; ; ) {
    if (stopped()) return false;
    const next = await call(COPY, LEASE, cursor, PAGE, quantisation);
    if (typeof next !== 'string') return false;
    if (next === '0') break;
    cursor = next;
  }
  return (await call(FINISH)) === 1;
}
