import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastClient } from '../../../client/sdk/index.ts';
import { type Handler, sendJson, startServer, type TestServer } from './server.ts';

const PNG = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);

describe('HoldfastClient', () => {
  let server: TestServer;
  let answer: Handler;
  let client: HoldfastClient;

  beforeEach(async () => {
    server = await startServer((request, response) => answer(request, response));
    client = new HoldfastClient(server.url);
  });
  afterEach(() => server.close());

  const answerJson = (status: number, body: unknown) => {
    answer = (_, response) => sendJson(response, status, body);
  };
  const lastRequest = () => {
    const request = server.requests.at(-1);
    if (request === undefined) throw new Error('no request came');
    return request;
  };
  const fieldsOf = async () => {
    const form = await lastRequest().form();
    const texts: Record<string, string> = {};
    form.forEach((value, name) => {
      if (typeof value === 'string') texts[name] = value;
    });
    return texts;
  };

  it('searches by what is no upload in JSON, and cuts a picture in the form', async () => {
    answerJson(200, { model: 'm-1', results: [], timings: { total: 3 } });
    const examples = [{ id: 'a' }, { vector: [1, 0], weight: -1 }];
    await client.searchBy({ examples }, { k: 3, include: ['query'] });
    expect(lastRequest()).toMatchObject({ method: 'POST', url: '/search' });
    expect(JSON.parse(lastRequest().body.toString())).toEqual({ examples, k: 3, include: ['query'] });
    await client.search(PNG, { crop: { left: 0, top: 0.5, width: 1, height: 0.5 }, include: ['query', 'vector'] });
    expect(await fieldsOf()).toEqual({ crop: '0,0.5,1,0.5', include: 'query,vector' });
  });

  it('sends a key with every call, the one that it has at that time', async () => {
    answerJson(200, { samples: [] });
    await client.samples();
    expect(lastRequest().authorization).toBeUndefined();
    await new HoldfastClient(server.url, { key: 'hf_1' }).samples();
    expect(lastRequest().authorization).toBe('Bearer hf_1');
    let key: string | undefined;
    const changing = new HoldfastClient(server.url, { key: () => key });
    await changing.samples();
    key = 'hf_2';
    await changing.search(PNG);
    expect(server.requests.slice(-2).map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer hf_2']);
  });

  it('posts the picture and the options of a search and gives back the answer as it came', async () => {
    const body = { model: 'm-1', results: [], timings: { total: 3 } };
    answerJson(200, body);
    const found = await client.search(PNG, { k: 3, robustness: 'gradient', exact: true });
    expect(found).toEqual(body);
    expect(lastRequest()).toMatchObject({ method: 'POST', url: '/search' });
    expect(await fieldsOf()).toEqual({ k: '3', robustness: 'gradient', exact: 'true' });
    const file = (await lastRequest().form()).get('image');
    if (!(file instanceof Blob)) throw new Error('the picture did not come as a file');
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(PNG);
  });

  it('leaves options out that are not given, so that the defaults of the server hold', async () => {
    answerJson(200, { model: 'm-1', results: [], timings: { total: 3 } });
    await client.search(PNG, { exact: undefined });
    expect(await fieldsOf()).toEqual({});
  });

  it.each([
    ['a Blob', new Blob([PNG])],
    ['an ArrayBuffer', PNG.buffer.slice(0)],
    ['a view into a larger buffer', Uint8Array.of(1, 2, ...PNG, 3).subarray(2, 10)],
    ['a Node buffer', Buffer.from(PNG)],
  ])('takes %s as a picture', async (_, image) => {
    answerJson(200, { model: 'm-1', results: [], timings: { total: 3 } });
    await client.search(image);
    const file = (await lastRequest().form()).get('image');
    if (!(file instanceof Blob)) throw new Error('the picture did not come as a file');
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(PNG);
  });

  it('adds a picture with id, label and metadata as JSON and returns the id', async () => {
    answerJson(201, { id: 'set:a' });
    const id = await client.addImage(PNG, { id: 'set:a', label: 'größe "a"', metadata: { tags: ['x', 1], n: null } });
    expect(id).toBe('set:a');
    expect(lastRequest()).toMatchObject({ method: 'POST', url: '/images' });
    const fields = await fieldsOf();
    expect(fields).toMatchObject({ id: 'set:a', label: 'größe "a"' });
    expect(JSON.parse(fields.metadata ?? '')).toEqual({ tags: ['x', 1], n: null });
  });

  it('puts a picture under its id and says whether it replaced one', async () => {
    answerJson(200, { id: 'set:a', status: 'replaced' });
    expect(await client.putImage('set:a', PNG, { label: 'new' })).toBe('replaced');
    expect(lastRequest()).toMatchObject({ method: 'PUT', url: '/images/set%3Aa' });
    expect(await fieldsOf()).toEqual({ label: 'new' });
  });

  it('makes and lists snapshots', async () => {
    const snapshot = { name: '1-2', version: 'm-1', at: '2026-11-28T00:00:00.000Z', records: 3, sequence: 2 };
    answerJson(201, snapshot);
    expect(await client.createSnapshot()).toEqual(snapshot);
    expect(lastRequest()).toMatchObject({ method: 'POST', url: '/snapshots' });
    answerJson(200, { snapshots: [snapshot] });
    expect(await client.snapshots()).toEqual([snapshot]);
    expect(lastRequest()).toMatchObject({ method: 'GET', url: '/snapshots' });
  });

  it('sends a filter as JSON, with a search and in a query', async () => {
    const filter = { and: [{ field: ['a', 'b'], gte: 1 }, { not: { field: 'set', in: ['x&y', null] } }] };
    answerJson(200, { model: 'm-1', results: [], timings: { total: 3 } });
    await client.search(PNG, { filter, minScore: -0.5, ef: 300 });
    expect(await fieldsOf()).toEqual({ filter: JSON.stringify(filter), minScore: '-0.5', ef: '300' });
    answerJson(200, { count: 7 });
    expect(await client.countImages(filter)).toBe(7);
    expect(new URL(lastRequest().url, server.url).searchParams.get('filter')).toBe(JSON.stringify(filter));
    expect(await client.countImages()).toBe(7);
    expect(lastRequest().url).toBe('/count');
  });

  it('lists records by page, or all of them', async () => {
    const image = (id: string) => ({ id, label: null, metadata: null, createdAt: '', thumbnail: `/images/${id}` });
    const pages = [
      { images: [image('a'), image('b')], next: 'b' },
      { images: [image('c')], next: null },
    ];
    answer = ({ url }, response) => sendJson(response, 200, pages[url.includes('cursor=b') ? 1 : 0]);
    expect(await client.listImages({ limit: 2 })).toEqual(pages[0]);
    expect(lastRequest()).toMatchObject({ method: 'GET', url: '/images?limit=2' });
    const ids: string[] = [];
    for await (const { id } of client.images({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
  });

  it('asks for duplicates of a record', async () => {
    const body = { exact: [], perceptual: [], embedding: [] };
    answerJson(200, body);
    expect(await client.duplicates('set:a', { bits: 3, distance: 0.2 })).toEqual(body);
    expect(lastRequest()).toMatchObject({ method: 'GET', url: '/images/set%3Aa/duplicates?bits=3&distance=0.2' });
  });

  it('fetches a stored picture with its bytes and type', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    };
    const picture = await client.getImage('noto:grinning-face');
    expect(picture.type).toBe('image/png');
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(PNG);
    expect(lastRequest().url).toBe('/images/noto%3Agrinning-face');
  });

  it('keeps an id inside its path, whatever it holds', async () => {
    answer = (_, response) => {
      response.writeHead(204).end();
    };
    await client.removeImage('a/b?c#d e');
    expect(lastRequest()).toMatchObject({ method: 'DELETE', url: '/images/a%2Fb%3Fc%23d%20e' });
  });

  it('posts a probe with its plus sign unharmed', async () => {
    answerJson(200, { model: 'test-1' });
    await client.probe(PNG, { attacks: ['qa+', 'es'], epsilon: 16, steps: 4, k: 5, candidate: 'noto:cat' });
    expect(lastRequest().url).toBe('/probes');
    expect(await fieldsOf()).toEqual({ attacks: 'qa+,es', epsilon: '16', steps: '4', k: '5', candidate: 'noto:cat' });
  });

  it('lists samples, 24 unless told', async () => {
    const samples = [{ id: 'a', label: null, thumbnail: '/images/a' }];
    answerJson(200, { samples });
    expect(await client.samples()).toEqual(samples);
    expect(lastRequest().url).toBe('/samples?count=24');
    await client.samples(3);
    expect(lastRequest().url).toBe('/samples?count=3');
  });

  it.each(['', '/'])('reaches a server that lives below a path (ending in "%s")', async (end) => {
    answerJson(200, { samples: [] });
    await new HoldfastClient(`${server.url}/pictures/v1${end}`).samples(1);
    expect(lastRequest().url).toBe('/pictures/v1/samples?count=1');
  });

  it('sends through the fetch it was given', async () => {
    const urls: string[] = [];
    const own: typeof fetch = async (input) => {
      urls.push(String(input));
      return Response.json({ samples: [] });
    };
    await new HoldfastClient('https://gallery.example', { fetch: own }).samples(2);
    expect(urls).toEqual(['https://gallery.example/samples?count=2']);
  });

  it('refuses an address that is none when it is made', () => {
    expect(() => new HoldfastClient('localhost')).toThrow(TypeError);
    expect(() => new HoldfastClient('localhost:8080')).toThrow(/localhost:8080 is no address of http or https/);
  });
});
