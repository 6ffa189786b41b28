import { catalogue, type ErrorCode } from '../../base/errors.ts';
import { accessOf } from '../access/table.ts';
import { type Endpoint, errorsOf } from '../http/endpoint.ts';
import { answerSchema, fieldSchema, type Schema } from './schemas.ts';

/** The version of the interface: that of the package. */
export const API_VERSION = '0.1.0';

export interface Operation {
  readonly summary: string;
  /** The roles of keys that may call it; `public` for anybody. */
  readonly 'x-access': 'public' | readonly string[];
  readonly parameters: readonly Schema[];
  readonly requestBody?: Schema;
  readonly responses: Readonly<Record<string, Schema>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Schema & { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Schema;
}

/** The endpoints as an OpenAPI 3.1 document, made from the schemas that check requests. */
export function openApiDocument(endpoints: readonly Endpoint[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version: API_VERSION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: { schemas: { Error: errorSchema([...new Set(endpoints.flatMap(errorsOf))]) } },
  };
}

function operation(endpoint: Endpoint): Operation {
  const { summary, path, body, fields, json } = endpoint;
  const schema = fieldSchema(fields);
  return {
    summary,
    'x-access': accessOf(endpoint),
    parameters: [...pathParameters(path), ...(body === undefined ? queryParameters(schema) : [])],
    ...(body === undefined
      ? {}
      : { requestBody: body === 'json' ? jsonBody(schema) : formBody(schema, json && fieldSchema(json)) }),
    responses: { ...success(endpoint), ...failures(errorsOf(endpoint)) },
  };
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ properties = {}, required = [] }: Schema): Schema[] {
  const needed = new Set(required as readonly string[]);
  return Object.entries(properties as Schema).map(([name, schema]) => ({
    name,
    in: 'query',
    required: needed.has(name),
    schema,
  }));
}

/** The file and the fields, which may stand in the query string instead; or JSON. */
function formBody({ properties = {}, required = [], ...schema }: Schema, json: Schema | undefined): Schema {
  const image = { type: 'string', contentMediaType: 'application/octet-stream', description: 'a JPEG, PNG or WebP' };
  const form = {
    ...schema,
    properties: { image, ...(properties as Schema) },
    required: ['image', ...(required as readonly string[])],
  };
  const other = json === undefined ? {} : { 'application/json': { schema: json } };
  return { required: true, content: { 'multipart/form-data': { schema: form }, ...other } };
}

function jsonBody(schema: Schema): Schema {
  return { required: true, content: { 'application/json': { schema } } };
}

function success({ answer }: Endpoint): Record<string, Schema> {
  const { status, description, json, type } = answer;
  const content = {
    ...(json && { 'application/json': { schema: answerSchema(json) } }),
    ...(type && { [type]: { schema: { type: 'string', contentMediaType: type } } }),
  };
  return { [status]: { description, ...(json || type ? { content } : {}) } };
}

/** One response for each status, which lists its codes. */
function failures(codes: readonly ErrorCode[]): Record<string, Schema> {
  const byStatus: Record<string, Schema> = {};
  for (const status of [...new Set(codes.map((code) => catalogue[code].status))].sort()) {
    const here = codes.filter((code) => catalogue[code].status === status);
    byStatus[status] = {
      description: here.map((code) => `${code}: ${catalogue[code].remedy}`).join('\n'),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      'x-codes': here,
    };
  }
  return byStatus;
}

function errorSchema(codes: readonly ErrorCode[]): Schema {
  const text = { type: 'string' };
  return {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'remedy'],
        properties: { code: { enum: [...codes, 'ROUTE_UNKNOWN', 'METHOD_NOT_ALLOWED'] }, message: text, remedy: text },
      },
    },
  };
}
