import { z } from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { openApiDocument } from '../openapi/document.ts';
import { noFields } from './no-fields.ts';

/** `GET /openapi.json`: the interface, itself included, in the words of OpenAPI 3.1. */
export function describeEndpoints(others: readonly Endpoint[]): Endpoint {
  const self: Endpoint = {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document.',
    fields: noFields,
    answer: { status: 200, description: 'an OpenAPI 3.1 document', json: z.looseObject({ openapi: z.string() }) },
    errors: [],
    always: true,
    handler() {
      const document = openApiDocument([...others, self]);
      return (_request, response) => {
        response.json(document);
      };
    },
  };
  return self;
}
