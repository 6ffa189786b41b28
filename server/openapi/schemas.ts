import { z } from 'zod';

/** A JSON Schema, as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** The schema of the fields of a request as a client writes them: a number by its range, not by its digits. */
export function fieldSchema(fields: z.ZodObject): Schema {
  return withoutHead(
    z.toJSONSchema(fields, {
      io: 'input',
      unrepresentable: 'any',
      override({ zodSchema, jsonSchema }) {
        if (zodSchema instanceof z.ZodDefault) jsonSchema.default = zodSchema.def.defaultValue;
        if (jsonSchema.type !== 'string') {
          delete jsonSchema.pattern;
          if (jsonSchema.type === 'boolean') delete jsonSchema.enum;
        }
      },
    }),
  );
}

/** The schema of an answer. */
export function answerSchema(answer: z.ZodType): Schema {
  return withoutHead(z.toJSONSchema(answer, { io: 'output', unrepresentable: 'any' }));
}

function withoutHead({ $schema: _head, ...schema }: Schema): Schema {
  return schema;
}
