import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../server/openapi/document.ts';
import { documentPage } from '../../server/openapi/page.ts';
import { endpoints } from '../../server/routes/index.ts';
import { testApp } from './support/app.ts';

describe('/docs', () => {
  it('has a section for each operation of the OpenAPI document, with fields, roles and errors', async () => {
    const { text, status, headers } = await request(testApp().app).get('/docs');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const titles = [...text.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`));
    const search = text.split('<h2>POST /search</h2>')[1]?.split('</section>')[0] ?? '';
    expect(search).toContain('For keys with search, probe, operator, admin.');
    expect(search).toContain('<td>k</td><td>form or query</td><td>integer 1 to 100</td><td>10</td>');
    expect(search).toContain('<td>image</td><td>form or query</td>');
    expect(search).toContain('<td>examples</td><td>JSON</td>');
    expect(search).toContain('IMAGE_TOO_LARGE: ');
  });

  it('takes no text for markup, and runs nothing', () => {
    const document = openApiDocument(endpoints);
    const operation = document.paths['/samples']?.get;
    if (operation === undefined) throw new RangeError('no /samples');
    const summary = `<script>alert("1")</script> & 'more'`;
    const page = documentPage({ ...document, paths: { '/<b>': { get: { ...operation, summary } } } });
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;');
    expect(page).toContain('<h2>GET /&lt;b&gt;</h2>');
    expect(page).not.toMatch(/<script|<b>| style=| on[a-z]+=/);
  });
});
