import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { optionError } from '../../base/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { table } from '../../base/terminal.ts';
import { createSnapshot, restoreSnapshot } from '../../index/snapshots/index.ts';
import { latestOther, markLast, readFilled } from '../gallery/filled.ts';
import { allSnapshots, snapshotPlaces, snapshotsRoot } from './places.ts';

export const snapshotHelp = `Snapshots of a gallery, in HOLDFAST_DATA/snapshots (docs/snapshots.md).

usage: npm run snapshot -- create [--model VERSION]
       npm run snapshot -- list
       npm run snapshot -- restore NAME [--model VERSION]

  --model VERSION  the model version whose gallery it is; by default the one that was served last
  --help           this text

A server may run while a snapshot is made, not while one is restored. HOLDFAST_DATA names the data folder (.holdfast).
`;

const OPTIONS = { model: { type: 'string' }, help: { type: 'boolean' } } as const;
/** A folder's name, and no way out of the folder. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Runs the command on the galleries of `HOLDFAST_DATA`; `write` takes what it says.
 * @throws HoldfastError OPTION_INVALID, DATA_MISSING, SNAPSHOT_RUNNING, SNAPSHOT_UNUSABLE, INDEX_LOCKED, INDEX_DAMAGED, INDEX_WRITE_FAILED
 */
export function runSnapshot(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  write: (text: string) => void,
): void {
  const { values, positionals } = parse(args);
  const data = environment.HOLDFAST_DATA || '.holdfast';
  const [verb, name, ...rest] = positionals;
  if (values.help === true) write(snapshotHelp);
  else if (verb === 'create' && name === undefined) write(create(data, values.model));
  else if (verb === 'list' && name === undefined) write(list(data));
  else if (verb === 'restore' && name !== undefined && rest.length === 0) write(restore(data, name, values.model));
  else {
    const given = positionals.join(' ');
    throw new HoldfastError(
      'OPTION_INVALID',
      `${`snapshot ${given}`.trimEnd()}: say create, list, or restore and a name`,
    );
  }
}

function create(data: string, model: string | undefined): string {
  const version = model === undefined ? lastServed(data) : checkName('--model', model);
  const { name, count } = createSnapshot(snapshotPlaces(data, version));
  return `${name}: ${count} records of ${version}\n`;
}

function list(data: string): string {
  const rows = allSnapshots(data).map(({ name, version, at, count }) => [name, version, at, String(count)]);
  return rows.length === 0
    ? 'There are no snapshots.\n'
    : `${table([['name', 'model', 'made', 'records'], ...rows])}\n`;
}

function restore(data: string, name: string, model: string | undefined): string {
  checkName('restore', name);
  const version = model === undefined ? versionOf(data, name) : checkName('--model', model);
  const { gallery, snapshots } = snapshotPlaces(data, version);
  const { count } = restoreSnapshot(join(snapshots, name), gallery);
  const filled = readFilled(gallery);
  // What was restored counts from now on: it must not be brought back to what another version was served with meanwhile.
  if (filled !== undefined) markLast(join(data, 'gallery'), version, filled);
  return `${count} records are in the gallery of ${version} again\n`;
}

function lastServed(data: string): string {
  const galleries = join(data, 'gallery');
  const last = latestOther(galleries, '');
  const version = existsSync(galleries)
    ? readdirSync(galleries).find((one) => join(galleries, one) === last?.directory)
    : undefined;
  if (version === undefined) throw new HoldfastError('DATA_MISSING', `there is no gallery in ${galleries}`);
  return version;
}

/** The version under which there is a snapshot of this name. */
function versionOf(data: string, name: string): string {
  const root = snapshotsRoot(data);
  const found = existsSync(root) ? readdirSync(root).filter((version) => existsSync(join(root, version, name))) : [];
  const [version, ...others] = found;
  if (version === undefined) throw new HoldfastError('SNAPSHOT_UNUSABLE', `there is no snapshot ${name} in ${root}`);
  if (others.length === 0) return version;
  throw new HoldfastError('OPTION_INVALID', `${name} is a snapshot of ${found.join(' and ')}: say --model`);
}

function checkName(what: string, name: string): string {
  if (NAME.test(name)) return name;
  throw new HoldfastError(
    'OPTION_INVALID',
    `${what} ${name}: not a name of letters, digits, dots, dashes and underscores`,
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw optionError(cause);
  }
}
