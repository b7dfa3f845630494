import type { CSSProperties } from "react";

import { milliseconds } from "./format";
import type { Run } from "./store";
import type { Explanation } from "./types";

/** What was run, who answered it, and where the time went. */
export function Summary({ operation, explanation }: Pick<Run, "operation"> & { explanation: Explanation }) {
  const { executor, reason, document, milliseconds: times } = explanation;
  const compiled = executor === "compiled";
  return (
    <header className="reelgraph-explain-summary">
      {operation && (
        <p className="reelgraph-explain-operation">
          {operation.kind} <strong>{operation.name}</strong>
        </p>
      )}
      <dl>
        <dt>Executor</dt>
        <dd>
          <span className={`reelgraph-explain-tag ${compiled ? "good" : "attention"}`}>
            {compiled ? "compiled" : "graphql-core"}
          </span>
        </dd>
        {reason && (
          <>
            <dt>Reason</dt>
            <dd>{reason}</dd>
          </>
        )}
        <dt>Document</dt>
        <dd>{document.cached ? "from the cache" : "parsed, validated and planned"}</dd>
        <dt>Time</dt>
        <dd>
          <strong>{milliseconds(times.total)}</strong>
        </dd>
      </dl>
      <Times {...times} />
    </header>
  );
}

function Times({ total, statements, shaping }: Explanation["milliseconds"]) {
  const parts = [
    { name: "SQL", color: "hsl(var(--color-tertiary))", time: statements },
    { name: "shaping", color: "hsl(var(--color-secondary))", time: shaping },
    { name: "the rest", color: "hsla(var(--color-neutral), 0.4)", time: Math.max(0, total - statements - shaping) },
  ];
  const colored = (color: string) => ({ "--part": color }) as CSSProperties;
  return (
    <>
      <div className="reelgraph-explain-bar" aria-hidden="true">
        {parts.map(({ name, color, time }) => (
          <span key={name} style={{ ...colored(color), flexGrow: time }} />
        ))}
      </div>
      <ul className="reelgraph-explain-legend">
        {parts.map(({ name, color, time }) => (
          <li key={name} style={colored(color)}>
            {name} {milliseconds(time)}
          </li>
        ))}
      </ul>
    </>
  );
}
