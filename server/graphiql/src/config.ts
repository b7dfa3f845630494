/** What the server writes into the page. */
export interface Config {
  /** A ready access token; null where people bring their own. */
  token: string | null;
  /** The first tab's query; null for a greeting. */
  query: string | null;
}

export function readConfig(): Config {
  const element = document.getElementById("reelgraph-config");
  return JSON.parse(element?.textContent ?? "") as Config;
}

const GREETING = `query Hello {
  __typename
}
`;

const SIGN_IN_HINT = `# Not signed in: put a token into the Headers tab
# below. The command \`reelgraph token\` prints one.

`;

const HEADERS_HINT = `{
  // With a token from \`reelgraph token\`:
  // "Authorization": "Bearer <token>"
}
`;

export function defaultQuery({ token, query }: Config): string {
  return (token ? "" : SIGN_IN_HINT) + (query ?? GREETING);
}

export function defaultHeaders({ token }: Config): string {
  return token ? "" : HEADERS_HINT;
}
