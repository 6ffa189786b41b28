import { HoldfastError } from '../../base/errors.ts';
import type { System } from './types.ts';

/** The rows of the paper's table and its ablation, and the released reading of the method beside the published one. */
export const systems: readonly System[] = [
  { name: 'vanilla', options: ['--defense', 'vanilla'] },
  { name: 'est', options: ['--defense', 'est'] },
  { name: 'act', options: ['--defense', 'act'] },
  { name: 'hm', options: ['--defense', 'hm'] },
  { name: 'ca-anp', options: ['--defense', 'ca-anp'] },
  { name: 'ca-cap', options: ['--defense', 'ca-cap'] },
  { name: 'ca-tride', options: ['--defense', 'ca-tride'] },
  { name: 'ca-tride-release', options: ['--defense', 'ca-tride', '--preset', 'release'] },
];

/** The systems of these names, in the order of the names. @throws HoldfastError OPTION_INVALID with the names that exist. */
export function systemsNamed(names: readonly string[]): System[] {
  return names.map((name) => {
    const found = systems.find((system) => system.name === name);
    if (found !== undefined) return found;
    const there = systems.map((system) => system.name).join(', ');
    throw new HoldfastError('OPTION_INVALID', `no system "${name}"; there are: ${there}`);
  });
}

/**
 * Variants of a system: `ca-tride:lambda=2,5,10` is three of them. An option is one of `npm run harden`, by its name.
 * @throws HoldfastError OPTION_INVALID for another form.
 */
export function sweep(text: string): System[] {
  const match = /^([a-z-]+):([a-z-]+)=(.+)$/.exec(text);
  const [, name, option, values] = match ?? [];
  if (name === undefined || option === undefined || values === undefined) {
    throw new HoldfastError('OPTION_INVALID', `--sweep is "${text}", not SYSTEM:OPTION=VALUE,VALUE,...`);
  }
  const [base] = systemsNamed([name]) as [System];
  return values.split(',').map((value) => ({
    name: `${name} ${option} ${value}`,
    options: [...base.options, `--${option}`, value],
  }));
}
