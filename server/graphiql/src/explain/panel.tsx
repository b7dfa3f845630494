import { useEffect } from "react";

import { Levels } from "./levels";
import { explainStore, type Run, useExplainState } from "./store";
import { Summary } from "./summary";

/** Shows how the server answered the last operation. */
export function ExplainPanel() {
  const { run } = useExplainState();
  useEffect(() => explainStore.open(), []);
  return (
    <section className="reelgraph-explain" aria-label="Explain">
      <h2>Explain</h2>
      {run?.explanation ? (
        <>
          <Summary operation={run.operation} explanation={run.explanation} />
          <Levels run={run} explanation={run.explanation} />
        </>
      ) : (
        <p className="reelgraph-explain-hint">{hint(run)}</p>
      )}
    </section>
  );
}

function hint(run: Run | null): string {
  if (!run)
    return "Run an operation while this panel is open: it shows how the server answered, level by level, with the SQL statements that ran and how long each took.";
  if (!run.answered) return "The operation did not run, so there is nothing to explain. The answer says why.";
  return "The server answered without an explanation. In production it explains its answers only to those who are permitted to see them.";
}
