import { takeExplanation } from "./fetcher";
import { type Analysis, explainStore, type Run } from "./store";

/** Runs the operation again to get the plan of one of its statements. */
export async function analyze(run: Run, index: number): Promise<void> {
  explainStore.note(run, index, "running");
  const { answer, explanation } = takeExplanation(await run.repeat(`analyze=${index}`));
  const expected = run.explanation?.statements[index]?.sql;
  const statement = explanation?.statements[index];
  explainStore.note(run, index, analysisOf());

  function analysisOf(): Analysis {
    if (!explanation) return { failure: answer.errors?.[0]?.message ?? "The server no longer explains its answers." };
    // What an operation reads can depend on the rows it finds.
    if (statement?.sql !== expected) return { failure: "This time other statements ran. Run the operation again." };
    return statement?.analyze ? { plan: statement.analyze } : { failure: "The server gave no plan." };
  }
}
