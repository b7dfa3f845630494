import type { TypedDocument } from '@reelgraph/client';
import type { PersistedDocument } from '@urql/core';
import { type AnyVariables, cacheExchange, Client, fetchExchange, gql, type TypedDocumentNode } from 'urql';

import { headers, isRelease, type Server } from '../server.ts';

export function urqlClient(server: Server): Client {
  return new Client({
    url: server.url,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: headers(server) }),
    fetchSubscriptions: true, // as server-sent events
    exchanges: [cacheExchange, fetchExchange],
  });
}

/** A document of the package as urql wants it. One that is no more than its id is sent as that. */
export function typed<Result, Variables extends AnyVariables>(
  document: TypedDocument<Result, Variables>,
): TypedDocumentNode<Result, Variables> & PersistedDocument {
  const documentId = document.__meta__?.hash;
  return isRelease && documentId ? { kind: 'Document', definitions: [], documentId } : gql(document.toString());
}
