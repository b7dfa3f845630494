import type { GraphiQLPlugin } from "@graphiql/react";
import type { SVGProps } from "react";

import { ExplainPanel } from "./panel";

export const EXPLAIN_PLUGIN: GraphiQLPlugin = { title: "Explain", icon: ExplainIcon, content: ExplainPanel };

/** A plan: a root, and what it rests on. */
function ExplainIcon(props: SVGProps<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
      <rect x="2.75" y="2.75" width="18.5" height="5.5" rx="1" />
      <path d="M6.5 8.5v10.25H12M6.5 13.5H12" strokeLinecap="square" />
      <path d="M12.75 11.75h8.5v3.5h-8.5ZM12.75 17h8.5v3.5h-8.5Z" strokeLinejoin="round" />
    </svg>
  );
}
