import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, executeSync, type GraphQLError, type GraphQLSchema, parse } from 'graphql';

import { Answers } from './mock/answers.ts';
import { checkPlaces, type Overrides, sorted } from './mock/overrides.ts';
import { nested } from './mock/partial.ts';
import { requestOf } from './mock/request.ts';
import { schemaOf } from './mock/schema.ts';
import { withRequired } from './mock/variables.ts';
import type { TypedDocument } from './request.ts';

export type { Overrides } from './mock/overrides.ts';

export interface MockOptions<Result, Variables> {
  /** The SDL, or a schema built from it. Default: `schema.graphql` beside the package, which takes Node.js to read. */
  readonly schema?: GraphQLSchema | string | undefined;
  /** What is required and left out here is made up. */
  readonly variables?: Partial<Variables> | undefined;
  /** Another seed is another answer. */
  readonly seed?: number | string | undefined;
  readonly overrides?: Overrides<Result> | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * A made-up answer to an operation, or to a fragment by itself: typed, valid, and the same wherever it is made.
 *
 * An id stands for the same object in every answer of a seed. Throws for what the schema doesn't allow.
 */
export function mock(document: string, options?: MockOptions<Values, Values>): Values;
export function mock<Result, Variables>(
  document: TypedDocument<Result, Variables> | TypedDocumentNode<Result, Variables>,
  options?: MockOptions<Result, Variables>,
  // Only the document says what is answered, not what the answer is put into.
): NoInfer<Result>;
export function mock(
  document: TypedDocument<unknown, unknown> | DocumentNode | string,
  { schema, variables = {}, seed = 0, overrides = {} }: MockOptions<Values, Values> = {},
): unknown {
  const request = requestOf(schemaOf(schema), isNode(document) ? document : parse(String(document)));
  const { byType, at } = sorted(request.schema, overrides);
  const answers = new Answers(request.schema, String(seed), byType);
  const { data, errors } = executeSync({
    schema: request.schema,
    document: request.document,
    variableValues: withRequired(request.schema, request.operation, variables),
    rootValue: answers.root(request.root, request.field ? nested(request.field, at) : at),
    fieldResolver: answers.fieldResolver,
    typeResolver: answers.typeResolver,
  });
  if (errors) throw new Error(errors.map(located).join('\n'), { cause: errors });
  // As it would come from the wire: graphql-js makes objects without a prototype.
  const answer: unknown = JSON.parse(JSON.stringify(request.field ? data?.[request.field] : data));
  checkPlaces(at, answer);
  return answer;
}

function isNode(document: object | string): document is DocumentNode {
  return typeof document === 'object' && 'kind' in document;
}

function located({ message, path }: GraphQLError): string {
  return path ? `${path.join('.')}: ${message}` : message;
}
