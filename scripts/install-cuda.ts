// npm run install:cuda: fetches ONNX Runtime's CUDA 12 provider, which its npm package leaves out for its size, and says
// what else the cuda device lacks. With --check it only says so. Ends with 0 when nothing is missing.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../base/command.ts';
import { flag } from '../base/option-kinds.ts';
import { optionHelp, parseOptions } from '../base/options.ts';
import { type CudaNeeds, cudaNeeds, providerFolder } from '../engine/devices/cuda-libraries.ts';

interface Installation {
  /** What is missing now. */
  needs(): CudaNeeds;
  /** Fetches the provider. @throws when it cannot */
  fetch(): void;
  say(line: string): void;
}

/** Fetches the provider where it is missing, says what is left to do, and gives the exit code. */
export function installCuda({ needs, fetch, say }: Installation, checkOnly: boolean): 0 | 1 {
  const { platform, provider } = needs();
  if (platform !== undefined) {
    say(platform);
    return 1;
  }
  if (provider.length > 0 && !checkOnly) {
    say(`fetching ${provider.join(' and ')}`);
    try {
      fetch();
    } catch (error) {
      say(`the provider could not be fetched: ${error instanceof Error ? error.message : String(error)}`);
      say('Behind a proxy, set GLOBAL_AGENT_HTTPS_PROXY. docs/devices.md says how to put the files in place by hand.');
      return 1;
    }
  }
  const left = describeLeft(needs());
  for (const line of left) say(line);
  if (left.length === 0) say('the cuda device has all that it needs');
  return left.length === 0 ? 0 : 1;
}

function describeLeft({ provider, libraries, gpu }: CudaNeeds): string[] {
  const lines: string[] = [];
  if (provider.length > 0) lines.push(`missing in ${providerFolder()}: ${provider.join(', ')}`);
  if (libraries.length > 0) {
    lines.push(
      `missing among the linker's libraries: ${libraries.join(', ')}. They belong to CUDA 12 and cuDNN 9: install them ` +
        "from NVIDIA's package archive (Debian, Ubuntu: cuda-libraries-12-9 and libcudnn9-cuda-12), or add their folder " +
        'to LD_LIBRARY_PATH.',
    );
  }
  if (gpu !== undefined) lines.push(`missing: ${gpu}`);
  return lines;
}

/** Runs the install script of ONNX Runtime's package, which .npmrc keeps from running with npm ci. */
function fetchProvider(): void {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  execFileSync(process.execPath, [join(dirname(entry), '..', 'script', 'install.js')], {
    // "cuda12", which its comments name, is taken for nothing said (1.30); "true" means all that there is for the platform.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
    stdio: 'inherit',
  });
}

const options = { check: flag('only say what is missing') };

const HELP = `npm run install:cuda -- [options]

Fetches ONNX Runtime's CUDA 12 provider, and says what else the device cuda lacks.

${optionHelp(options)}`;

function main(args: readonly string[]): void {
  const parsed = parseOptions(options, args);
  if (parsed === undefined) return void process.stdout.write(HELP);
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const installation = { needs: () => cudaNeeds(), fetch: fetchProvider, say };
  process.exitCode = installCuda(installation, parsed.values.check);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runCommand(() => main(process.argv.slice(2)));
