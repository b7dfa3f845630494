import { initGraphQLTada } from 'gql.tada';

import type { introspection } from './graphql-env.d.ts';

/** Gives a document its types while it is written; `gql.tada generate-output` makes them of schema.graphql. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { BigInt: number; DateTime: string; ID: string; URL: string };
}>();

export { type FragmentOf, readFragment, type ResultOf } from 'gql.tada';
