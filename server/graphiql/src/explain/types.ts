/** `extensions.explain`: how the server answered. Times are in milliseconds. */
export interface Explanation {
  executor: "compiled" | "reference";
  /** Why graphql-core answered instead of the compiled executor. */
  reason: string | null;
  /** Whether parsing, validation and the plan were found in the cache. */
  document: { cached: boolean };
  milliseconds: { total: number; statements: number; shaping: number };
  /** Breadth first; empty when graphql-core answered. */
  levels: Level[];
  statements: Statement[];
}

export interface Level {
  fields: Field[];
}

export interface Field {
  /** Response names from the root: `videos.nodes.jobs`. */
  path: string;
  type: string;
  /** How many objects the field was asked of. */
  objects: number;
  by: "loader" | "resolver" | "join";
  loader: string | null;
  /** Distinct keys that the loader was asked for. */
  keys: number | null;
  /** How many of these keys it already had. */
  known: number | null;
}

export interface Statement {
  name: string;
  level: number;
  sql: string;
  milliseconds: number;
  rows: number;
  /** The plan with its measures, for the statement that was asked about. */
  analyze: string | null;
}
