// The pool, and statements that know how to make objects of their rows.
import { createHash } from "node:crypto";
import pg from "pg";

const { builtins, setTypeParser } = pg.types;
setTypeParser(builtins.TIMESTAMPTZ, (text) => text); // PostgreSQL's text is an ISO 8601 instant already
setTypeParser(builtins.INT8, Number); // sizes in bytes, below 2^53

export const VIEWER = process.env.VIEWER;
const pool = new pg.Pool({ max: 10, options: "-c plan_cache_mode=force_generic_plan", idleTimeoutMillis: 0 });

/** A prepared statement; `shape` makes an object of a row, which comes as an array. */
export function statement(text, shape) {
  const name = createHash("sha1").update(text).digest("hex");
  return async (...values) => {
    const { rows } = await pool.query({ name, text, values, rowMode: "array" });
    return rows.map(shape);
  };
}
