import { Fragment } from "react";

import { counted, milliseconds } from "./format";
import { StatementCard } from "./statement";
import type { Run } from "./store";
import type { Explanation, Field } from "./types";

/** The levels of the plan as a tree: the fields of each, and the statements that ran for them. */
export function Levels({ run, explanation }: { run: Run; explanation: Explanation }) {
  const { levels } = explanation;
  const statements = explanation.statements.map((statement, index) => ({ statement, index }));
  // Statements without a level of their own: all of them when graphql-core answered.
  const others = statements.filter(({ statement }) => !levels[statement.level]);
  return (
    <ol className="reelgraph-explain-levels">
      {levels.map(({ fields }, depth) => (
        <Section
          key={depth}
          title={`Level ${depth}`}
          fields={fields}
          run={run}
          statements={statements.filter(({ statement }) => statement.level === depth)}
        />
      ))}
      {others.length > 0 && <Section title="Statements" fields={[]} run={run} statements={others} />}
    </ol>
  );
}

interface SectionProps {
  title: string;
  fields: Field[];
  run: Run;
  statements: { statement: Explanation["statements"][number]; index: number }[];
}

function Section({ title, fields, run, statements }: SectionProps) {
  const time = statements.reduce((sum, { statement }) => sum + statement.milliseconds, 0);
  return (
    <li className="reelgraph-explain-level">
      <div className="reelgraph-explain-row">
        <h3>{title}</h3>
        <span className="reelgraph-explain-aside">
          {statements.length ? `${counted(statements.length, "statement")}, ${milliseconds(time)}` : "no statements"}
        </span>
      </div>
      {fields.length > 0 && (
        <ul className="reelgraph-explain-fields">
          {fields.map((field) => (
            <FieldItem key={field.path} {...field} />
          ))}
        </ul>
      )}
      {statements.map(({ statement, index }) => (
        <StatementCard key={index} statement={statement} index={index} run={run} />
      ))}
    </li>
  );
}

function FieldItem({ path, type, objects, by, loader, keys, known }: Field) {
  return (
    <li>
      <Path path={path} />
      <div className="reelgraph-explain-aside">
        <code>{type}</code> · {counted(objects, "object")}
      </div>
      <div className="reelgraph-explain-aside reelgraph-explain-source">
        <span className="reelgraph-explain-tag" title={MEANINGS[by]}>
          {by}
        </span>
        {loader && <code>{loader}</code>}
        {keys !== null && (
          <span>
            {counted(keys, "key")}, {shareKnown(keys, known ?? 0)}
          </span>
        )}
      </div>
    </li>
  );
}

const MEANINGS: Record<Field["by"], string> = {
  loader: "A dataloader was asked for the whole level at once.",
  join: "Came along with the statement of its parents.",
  resolver: "A resolver answered, object by object.",
};

function shareKnown(keys: number, known: number): string {
  if (known === 0) return "none known";
  return known === keys ? "all known" : `${known.toLocaleString("en")} known`;
}

/** Breaks between names, where the sidebar is narrow, and stresses the last. */
function Path({ path }: { path: string }) {
  const names = path.split(".");
  const last = names.pop();
  return (
    <code className="reelgraph-explain-path">
      {names.map((name, index) => (
        <Fragment key={index}>
          {name}.<wbr />
        </Fragment>
      ))}
      <strong>{last}</strong>
    </code>
  );
}
