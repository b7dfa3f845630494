import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import type { DocumentNode } from 'graphql';

import { headers, type Server } from '../server.ts';
import possibleTypes from './gql/possible-types.ts';

export function apolloClient(server: Server): ApolloClient {
  const videos = relayStylePagination(['filter', 'orderBy']);
  const cache = new InMemoryCache({ ...possibleTypes, typePolicies: { Query: { fields: { videos } } } });
  // Sends the id; where the server doesn't know it, as in development, the text after it.
  const byId = new PersistedQueryLink({ generateHash: sha256Of });
  return new ApolloClient({ cache, link: ApolloLink.from([byId, new HttpLink({ uri: server.url, headers: headers(server) })]) });
}

/** What `persistedDocuments` in codegen.ts left with the document. */
function sha256Of({ __meta__ }: DocumentNode & { readonly __meta__?: { readonly hash: string } }): string {
  return __meta__?.hash.replace('sha256:', '') ?? '';
}
