import { describe, expect, it } from 'vitest';
import { help, readOptions } from '../../server/options.ts';

const open = {
  withoutKeys: false,
  rateLimit: 30_000,
  redisUrl: undefined,
  origins: [],
  trustProxy: 0,
  fetchUrls: false,
};

describe('the options of a start', () => {
  it('listens on the loopback address, port 8080, unless told otherwise', () => {
    expect(readOptions([], {})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      data: '.holdfast',
      maxUploadBytes: 10_000_000,
      model: undefined,
      rebuildIndex: false,
      device: 'cpu',
      threads: undefined,
      imports: '.holdfast/imports',
      worker: true,
      auditCost: 100_000,
      probeCost: 2_000,
      logLevel: 'info',
      ...open,
    });
  });

  it('takes what the environment and the arguments say', () => {
    const jobs = {
      REDIS_URL: 'redis://queue:6379',
      HOLDFAST_IMPORTS: '/pictures',
      HOLDFAST_AUDIT_COST: '600',
      HOLDFAST_PROBE_COST: '0',
    };
    const folders = { HOLDFAST_DATA: '/data', HOLDFAST_MAX_UPLOAD_BYTES: '500' };
    const environment = { PORT: '0', HOST: '0.0.0.0', ...folders, ...jobs };
    expect(readOptions(['--model', 'compact-2', '--rebuild-index', '--no-worker'], environment)).toEqual({
      host: '0.0.0.0',
      port: 0,
      data: '/data',
      maxUploadBytes: 500,
      model: 'compact-2',
      rebuildIndex: true,
      device: 'cpu',
      threads: undefined,
      imports: '/pictures',
      worker: false,
      auditCost: 600,
      probeCost: 0,
      logLevel: 'info',
      ...open,
      redisUrl: 'redis://queue:6379',
    });
  });

  it('takes device and threads from the arguments, else from the environment', () => {
    const environment = { HOLDFAST_DEVICE: 'auto', HOLDFAST_THREADS: '1' };
    expect(readOptions([], environment)).toMatchObject({ device: 'auto', threads: 1 });
    expect(readOptions(['--device', 'webgpu'], environment)).toMatchObject({ device: 'webgpu', threads: 1 });
  });

  it('takes who may call from the environment', () => {
    const environment = {
      HOLDFAST_WITHOUT_KEYS: 'true',
      HOLDFAST_RATE_LIMIT: '600',
      REDIS_URL: 'redis://:word@127.0.0.1:6379',
      HOLDFAST_CORS_ORIGINS: 'https://a.example, http://localhost:3000',
      HOLDFAST_TRUST_PROXY: '10.0.0.0/8,::1',
    };
    expect(readOptions([], environment)).toMatchObject({
      withoutKeys: true,
      rateLimit: 600,
      redisUrl: 'redis://:word@127.0.0.1:6379',
      origins: ['https://a.example', 'http://localhost:3000'],
      trustProxy: ['10.0.0.0/8', '::1'],
    });
    expect(readOptions(['--without-keys'], { HOLDFAST_TRUST_PROXY: '2' })).toMatchObject({
      withoutKeys: true,
      trustProxy: 2,
    });
  });

  it('does not repeat a password that stands in a wrong variable', () => {
    expect(() => readOptions([], { REDIS_URL: 'http://:word@a' })).toThrow(/^((?!word).)*$/);
  });

  it('treats an empty variable as one that is not set', () => {
    expect(readOptions([], { PORT: '', HOST: '', HOLDFAST_DATA: '' })).toMatchObject({ port: 8080, host: '127.0.0.1' });
  });

  it.each([
    [{ PORT: '65536' }, 'PORT=65536'],
    [{ PORT: '-1' }, 'PORT=-1'],
    [{ PORT: '80a' }, 'PORT=80a'],
    [{ PORT: '8080.5' }, 'PORT=8080.5'],
    [{ HOLDFAST_MAX_UPLOAD_BYTES: '0' }, 'HOLDFAST_MAX_UPLOAD_BYTES=0'],
    [{ HOLDFAST_MAX_UPLOAD_BYTES: '10MB' }, 'HOLDFAST_MAX_UPLOAD_BYTES=10MB'],
    [{ HOLDFAST_DEVICE: 'gpu' }, 'HOLDFAST_DEVICE=gpu: must be one of auto, cuda, webgpu, cpu, tfjs'],
    [{ HOLDFAST_WITHOUT_KEYS: 'yes' }, 'HOLDFAST_WITHOUT_KEYS=yes'],
    [{ HOLDFAST_RATE_LIMIT: '0' }, 'HOLDFAST_RATE_LIMIT=0'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL'],
    [{ HOLDFAST_CORS_ORIGINS: '*' }, 'HOLDFAST_CORS_ORIGINS=*'],
    [{ HOLDFAST_CORS_ORIGINS: 'https://a.example/path' }, 'HOLDFAST_CORS_ORIGINS=https://a.example/path'],
    [{ HOLDFAST_FETCH_URLS: '1' }, 'HOLDFAST_FETCH_URLS=1'],
    [{ HOLDFAST_TRUST_PROXY: 'true' }, 'HOLDFAST_TRUST_PROXY=true'],
    [{ HOLDFAST_LOG_LEVEL: 'loud' }, 'HOLDFAST_LOG_LEVEL=loud: must be one of debug, info, warn, error, silent'],
    [{ HOLDFAST_THREADS: '0' }, 'HOLDFAST_THREADS=0'],
  ])('refuses %o and names the value', (environment, named) => {
    expect(() => readOptions([], environment)).toThrow(named);
  });

  it.each([[['--modle', 'a']], [['--model']], [['stray']], [['--rebuild-index=yes']], [['--device', 'GPU']]])(
    'refuses %o',
    (args) => {
      expect(() => readOptions(args, {})).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    },
  );

  it('gives nothing but help when help is asked for, and help names every option and variable', () => {
    expect(readOptions(['--help'], {})).toBeUndefined();
    const variables = [
      'PORT',
      'HOST',
      'HOLDFAST_DATA',
      'HOLDFAST_MAX_UPLOAD_BYTES',
      'HOLDFAST_WITHOUT_KEYS',
      'HOLDFAST_RATE_LIMIT',
      'REDIS_URL',
      'HOLDFAST_CORS_ORIGINS',
      'HOLDFAST_FETCH_URLS',
      'HOLDFAST_TRUST_PROXY',
      'HOLDFAST_LOG_LEVEL',
      'HOLDFAST_DEVICE',
      'HOLDFAST_THREADS',
    ];
    for (const name of ['--model', '--rebuild-index', '--device', '--threads', '--without-keys', ...variables]) {
      expect(help).toContain(name);
    }
  });
});
