import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { openApiDocument } from '../openapi/document.ts';
import { documentPage } from '../openapi/page.ts';
import { noFields } from './no-fields.ts';

/**
 * The interface, these two included: `GET /openapi.json` in the words of OpenAPI 3.1, and `GET /docs`, the same as a page
 * to read.
 */
export function describeEndpoints(others: readonly Endpoint[]): Endpoint[] {
  const common = { method: 'GET', fields: noFields, errors: [], always: true } as const;
  const document = () => openApiDocument([...others, ...self]);
  const self: Endpoint[] = [
    {
      ...common,
      path: '/openapi.json',
      summary: 'This document.',
      answer: { status: 200, description: 'an OpenAPI 3.1 document', json: z.looseObject({ openapi: z.string() }) },
      handler() {
        const made = document();
        return (_request, response) => {
          response.json(made);
        };
      },
    },
    {
      ...common,
      path: '/docs',
      summary: 'The same as a page to read.',
      answer: { status: 200, description: 'a page', type: 'text/html' },
      handler() {
        const page = documentPage(document());
        return (_request, response) => {
          response.type('html').send(page);
        };
      },
    },
  ];
  return self;
}
