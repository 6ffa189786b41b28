import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

// What a Vulkan loader on Linux would find, read from the same places. (Khronos, Vulkan-Loader: LoaderDriverInterface.md.)

/** The driver manifests (`*.json`) that the loader reads; empty where no driver is installed. */
export function vulkanDrivers(environment: NodeJS.ProcessEnv = process.env): string[] {
  const named = environment.VK_DRIVER_FILES || environment.VK_ICD_FILENAMES;
  if (named) return paths(named).flatMap(manifests);
  const added = paths(environment.VK_ADD_DRIVER_FILES);
  const home = homedir();
  const folders = [
    environment.XDG_CONFIG_HOME || join(home, '.config'),
    ...paths(environment.XDG_CONFIG_DIRS || '/etc/xdg'),
    '/etc',
    environment.XDG_DATA_HOME || join(home, '.local', 'share'),
    ...paths(environment.XDG_DATA_DIRS || '/usr/local/share:/usr/share'),
  ].map((folder) => join(folder, 'vulkan', 'icd.d'));
  return [...added, ...folders].flatMap(manifests);
}

/** The device files through which programs reach a GPU on Linux: DRM's render nodes, NVIDIA's, and that of WSL. */
export function gpuDeviceFiles(root = '/dev'): string[] {
  const inFolder = (folder: string, pattern: RegExp): string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => pattern.test(name))
          .map((name) => join(folder, name))
      : [];
  return [...inFolder(join(root, 'dri'), /^renderD\d+$/), ...inFolder(root, /^(nvidia\d+|dxg)$/)];
}

function paths(list: string | undefined): string[] {
  return (list ?? '').split(delimiter).filter((path) => path !== '');
}

/** A manifest, or those of a folder. */
function manifests(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(path, name));
}
