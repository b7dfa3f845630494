import { Environment, type FetchFunction, type GraphQLResponse, Network, RecordSource, Store } from 'relay-runtime';

import { headers, isRelease, type Server } from '../server.ts';

/** What Relay's hooks read from and fetch with. */
export function relayEnvironment(server: Server): Environment {
  return new Environment({ network: Network.create(fetchFrom(server)), store: new Store(new RecordSource()) });
}

function fetchFrom(server: Server): FetchFunction {
  return async ({ id, text }, variables): Promise<GraphQLResponse> => {
    // The id is the SHA-256 of the text: see `persistConfig` in relay.config.json.
    const asked = isRelease ? { documentId: `sha256:${id}` } : { query: text };
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { ...headers(server), 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' },
      body: JSON.stringify({ ...asked, variables }),
    });
    return response.json();
  };
}
