import { partOf, slotOf } from './slot.ts';

/** The keys of one shard. They lie in one hash slot, so that a script may change all of them at once. */
export interface ShardKeys {
  readonly slot: number;
  /** The vector set. */
  readonly vectors: string;
  /** A set of the labels whose vectors count. */
  readonly labels: string;
  /** A hash: how many vectors of the vector set are removed (`gone`), and what a rebuild knows. */
  readonly state: string;
  /** The vector set that a rebuild makes. */
  readonly next: string;
  /** The vector set that a rebuild has replaced. */
  readonly old: string;
}

/** The key of what a gallery remembers of its layout. */
export function layoutKey(identity: string): string {
  return `{${prefix(identity)}}:layout`;
}

/** The keys of all shards of a gallery: shard i in the i-th part of the slots, so that each server has as many. */
export function shardKeys(identity: string, shards: number): ShardKeys[] {
  return Array.from({ length: shards }, (_, i) => {
    const tag = tagIn(`${prefix(identity)}:${i}`, i, shards);
    const key = (name: string): string => `{${tag}}:${name}`;
    const [vectors, labels, state] = [key('vectors'), key('labels'), key('state')];
    return { slot: slotOf(vectors), vectors, labels, state, next: key('next'), old: key('old') };
  });
}

/** All keys of a shard, in the order in which the scripts take them. */
export function allKeys({ vectors, labels, state, next, old }: ShardKeys): string[] {
  return [vectors, labels, state, next, old];
}

function prefix(identity: string): string {
  return `holdfast:${identity}`;
}

/** The first tag that begins so and whose slot lies in a part of the slots. */
function tagIn(start: string, part: number, parts: number): string {
  for (let i = 0; ; i++) {
    const tag = `${start}.${i}`;
    if (partOf(slotOf(tag), parts) === part) return tag;
  }
}
