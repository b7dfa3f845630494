import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";

/** Runs the first tab's query when the page opens, as long as nobody has edited it. */
export function RunOnce({ query }: { query: string }) {
  const { run } = useGraphiQLActions();
  const editor = useGraphiQL((state) => (state.schema && state.responseEditor ? state.queryEditor : undefined));
  const done = useRef(false);
  useEffect(() => {
    if (!editor || done.current) return;
    done.current = true;
    if (editor.getValue() === query) void run();
  }, [editor, query, run]);
  return null;
}

/** The style sheets follow the system by themselves; the editor's colours have to be told. */
export function FollowSystemTheme() {
  const { setTheme } = useGraphiQLActions();
  const chosen = useGraphiQL((state) => state.theme);
  useEffect(() => {
    if (chosen) return;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setTheme(null);
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, [chosen, setTheme]);
  return null;
}
