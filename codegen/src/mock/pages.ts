import type { GraphQLObjectType } from 'graphql';

import { between, hex } from './hash.ts';
import { lengthOf, member, merge } from './partial.ts';

/** Whether objects of this type are pages of a list, as Relay has them. */
export function isPage(type: GraphQLObjectType): boolean {
  const { pageInfo, edges } = type.getFields();
  return pageInfo !== undefined && edges !== undefined;
}

interface Wish {
  readonly key: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly at: unknown;
}

/** All of a page of which some is given: `nodes` and `edges` say the same, and there is no other page. */
export function wholePage({ key, args, at }: Wish, given: unknown): unknown {
  const [nodes, edges] = [member(given, 'nodes'), member(given, 'edges')];
  const wanted = [member(at, 'nodes'), member(at, 'edges'), nodes, edges].find(Array.isArray);
  const whole = Array.from({ length: lengthOf(wanted) ?? madeLength(key, args) }, (_, position) => {
    const edge = member(edges, position);
    const node = merge(member(edge, 'node'), member(nodes, position));
    return { cursor: member(edge, 'cursor') ?? hex(`${key}.${position}`).slice(16), node };
  });
  const pageInfo = {
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: whole.at(0)?.cursor ?? null,
    endCursor: whole.at(-1)?.cursor ?? null,
  };
  return merge(given, {
    nodes: whole.map(({ node }) => node),
    edges: whole,
    pageInfo: merge(pageInfo, member(given, 'pageInfo')),
    totalCount: member(given, 'totalCount') ?? whole.length,
  });
}

function madeLength(key: string, { first, last }: Wish['args']): number {
  const limits = [first, last].filter((limit) => typeof limit === 'number');
  return Math.max(0, Math.min(between(2, 3, key), ...limits));
}
