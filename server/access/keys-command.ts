import { parseArgs } from 'node:util';
import { optionError } from '../../base/command.ts';
import { openDataFolder } from '../../base/data-folder.ts';
import { HoldfastError } from '../../base/errors.ts';
import { table } from '../../base/terminal.ts';
import { type KeyStore, keyFile, openKeyStore } from './key-store.ts';
import { type Role, roles } from './roles.ts';

export const keysHelp = `Keys of a Holdfast server. As long as there was never one, the server needs none and stays on the loopback address.

usage: npm run keys -- create --name NAME --role ROLE [--role ROLE ...] [--rate POINTS]
       npm run keys -- list
       npm run keys -- revoke ID

  --name NAME      what the key is for, in your words
  --role ROLE      ${roles.join(', ')}; a key may have several
  --rate POINTS    points a minute, in place of the server's HOLDFAST_RATE_LIMIT
  --help           this text

A running server takes changes at once. HOLDFAST_DATA names its folder (.holdfast).
`;

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string', multiple: true },
  rate: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/**
 * Runs the command on the keys of `HOLDFAST_DATA`; `write` takes what it says.
 * @throws HoldfastError OPTION_INVALID, DATA_FOLDER_UNUSABLE, KEYS_UNUSABLE
 */
export function runKeys(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  write: (text: string) => void,
): void {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    write(keysHelp);
    return;
  }
  const action = chooseAction(positionals, values);
  const data = environment.HOLDFAST_DATA || '.holdfast';
  openDataFolder(data);
  const store = openKeyStore(keyFile(data));
  try {
    write(action(store));
  } finally {
    store.close();
  }
}

type Values = ReturnType<typeof parse>['values'];

/** Checks everything before the file is opened. */
function chooseAction([verb, ...rest]: readonly string[], values: Values): (store: KeyStore) => string {
  if (verb === 'create' && rest.length === 0) {
    const key = { name: readName(values.name), roles: readRoles(values.role), rate: readRate(values.rate) };
    return (store) =>
      `${store.create(key).text}\nThis is the only time that it is shown: only a hash of it is stored.\n`;
  }
  if (verb === 'list' && rest.length === 0) return list;
  const [id] = rest;
  if (verb === 'revoke' && id !== undefined && rest.length === 1) return (store) => revoke(store, id);
  throw new HoldfastError(
    'OPTION_INVALID',
    `${['keys', verb, ...rest].join(' ').trimEnd()}: say create, list, or revoke and an id`,
  );
}

function list(store: KeyStore): string {
  const keys = store.list();
  if (keys.length === 0) return 'There are no keys.\n';
  const rows = keys.map(({ id, name, roles: granted, rate, createdAt, revokedAt }) => [
    id,
    name,
    granted.join(','),
    rate === null ? '' : String(rate),
    createdAt,
    revokedAt ?? '',
  ]);
  return `${table([['id', 'name', 'roles', 'rate', 'made', 'revoked'], ...rows])}\n`;
}

function revoke(store: KeyStore, id: string): string {
  if (store.revoke(id)) return `${id} is revoked.\n`;
  throw new HoldfastError('OPTION_INVALID', `no key ${id} that is not revoked yet; "list" shows them`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw optionError(cause);
  }
}

function readName(text: string | undefined): string {
  if (text !== undefined && /^[^\p{C}]{1,100}$/u.test(text)) return text;
  throw new HoldfastError('OPTION_INVALID', `--name ${text ?? 'is missing'}: must have 1 to 100 visible characters`);
}

function readRoles(texts: readonly string[] = []): Role[] {
  const found = texts.map((text) => {
    const role = roles.find((one) => one === text);
    if (role === undefined)
      throw new HoldfastError('OPTION_INVALID', `--role ${text}: must be one of ${roles.join(', ')}`);
    return role;
  });
  if (found.length === 0) throw new HoldfastError('OPTION_INVALID', `--role is missing: one of ${roles.join(', ')}`);
  return [...new Set(found)];
}

function readRate(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new HoldfastError('OPTION_INVALID', `--rate ${text}: must be a whole number of at least 1`);
}
