/** A Reelgraph server, and who is signed in there. */
export interface Server {
  /** Its GraphQL endpoint, for example `https://reelgraph.example/graphql`. */
  readonly url: string;
  readonly token: string;
}

/** Who asks: the server counts what each release uses, so that no change breaks one unseen. */
export const client = { name: 'web', version: '1.4.0' } as const;

/** A release's documents are registered with the server and sent as their ids; in development they go as text. */
export const isRelease = process.env.NODE_ENV === 'production';

/** The headers of every request. */
export function headers({ token }: Server): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    'GraphQL-Client-Name': client.name,
    'GraphQL-Client-Version': client.version,
  };
}
