import "graphiql/setup-workers/vite";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "@graphiql/plugin-explorer/style.css";
import "graphiql/graphiql.css";
import "./style.css";
import "./explain/style.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app";
import { readConfig } from "./config";

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App {...readConfig()} />
  </StrictMode>,
);
