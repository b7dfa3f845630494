import type { ExecutionResult, OperationTypeNode } from "graphql";
import { useSyncExternalStore } from "react";

import type { Explanation } from "./types";

/** The last operation that somebody ran, and what the server told of it. */
export interface Run {
  operation: { kind: OperationTypeNode; name: string | undefined } | null;
  /** False when the server refused the operation, or did not answer at all. */
  answered: boolean;
  explanation: Explanation | null;
  /** Sends the operation as it was once more. */
  repeat: (explain: string) => Promise<ExecutionResult>;
}

export type Analysis = { plan: string } | { failure: string } | "running";

interface State {
  run: Run | null;
  /** By the statement's index. */
  analyses: Readonly<Record<number, Analysis>>;
}

const NOTHING: State = { run: null, analyses: {} };

// GraphiQL's plugins are constants of modules and take no props, so what they share with the fetcher is one too.
let state = NOTHING;
let panelIsOpen = false;
const listeners = new Set<() => void>();

export const explainStore = {
  isOpen: () => panelIsOpen,

  /** To be called while the panel is shown; returns what is to be called when it goes. */
  open() {
    panelIsOpen = true;
    return () => {
      panelIsOpen = false;
    };
  },

  show: (run: Run | null) => update({ run, analyses: {} }),

  /** Takes note of an analysis, unless another operation has been run meanwhile. */
  note(run: Run, index: number, analysis: Analysis) {
    if (state.run === run) update({ run, analyses: { ...state.analyses, [index]: analysis } });
  },
};

export function useExplainState(): State {
  return useSyncExternalStore(subscribe, () => state);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function update(next: State) {
  state = next;
  for (const listener of listeners) listener();
}
