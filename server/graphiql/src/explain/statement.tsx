import { Button } from "@graphiql/react";
import type { CSSProperties } from "react";

import { analyze } from "./analyze";
import { counted, milliseconds } from "./format";
import { type Analysis, type Run, useExplainState } from "./store";
import type { Statement } from "./types";

/** One SQL statement: what it took, its text, and on demand its plan. */
export function StatementCard({ statement, index, run }: { statement: Statement; index: number; run: Run }) {
  const { name, sql, rows } = statement;
  const analysis = useExplainState().analyses[index];
  return (
    <article className="reelgraph-explain-statement" aria-label={`Statement ${name}`}>
      <div className="reelgraph-explain-row">
        <h4>{name}</h4>
        <AnalyzeButton run={run} index={index} name={name} running={analysis === "running"} />
      </div>
      <p className="reelgraph-explain-aside">
        {milliseconds(statement.milliseconds)} · {counted(rows, "row")}
      </p>
      <Share part={statement.milliseconds} whole={run.explanation?.milliseconds.statements ?? 0} />
      <details>
        <summary>SQL</summary>
        <pre>{sql.trim()}</pre>
      </details>
      {analysis && analysis !== "running" && <Outcome analysis={analysis} name={name} />}
    </article>
  );
}

interface AnalyzeButtonProps {
  run: Run;
  index: number;
  name: string;
  running: boolean;
}

function AnalyzeButton({ run, index, name, running }: AnalyzeButtonProps) {
  const repeatable = run.operation?.kind === "query";
  return (
    <Button
      type="button"
      disabled={!repeatable}
      aria-busy={running}
      aria-label={`Analyze ${name}`}
      title={
        repeatable
          ? "Run the operation again, this statement under EXPLAIN (ANALYZE, BUFFERS)"
          : "Only queries can be analyzed: it would run this operation, and what it changes, once more"
      }
      // Not disabled while it runs: the button would lose the focus.
      onClick={() => running || void analyze(run, index)}
    >
      {running ? "Analyzing …" : "Analyze"}
    </Button>
  );
}

/** A statement's share of the time that all statements took. */
function Share({ part, whole }: { part: number; whole: number }) {
  const percent = whole > 0 ? Math.min(100, (100 * part) / whole) : 0;
  return (
    <div className="reelgraph-explain-share" aria-hidden="true">
      <span style={{ width: `${percent}%` }} />
    </div>
  );
}

function Outcome({ analysis, name }: { analysis: Exclude<Analysis, "running">; name: string }) {
  if ("failure" in analysis) {
    return (
      <p className="reelgraph-explain-failure" role="alert">
        {analysis.failure}
      </p>
    );
  }
  return (
    <details open>
      <summary>Plan</summary>
      {/* In a narrow sidebar it scrolls, which must work by keyboard too. */}
      <pre tabIndex={0} role="region" aria-label={`Plan of ${name}`}>
        {analysis.plan.trimEnd().split("\n").map(planLine)}
      </pre>
    </details>
  );
}

/** A line that hangs where it wraps: a plan is a tree by its indentation. */
function planLine(line: string, number: number) {
  const indentation = { "--indentation": `${line.search(/\S|$/)}ch` } as CSSProperties;
  return (
    <span key={number} style={indentation}>
      {line}
    </span>
  );
}
