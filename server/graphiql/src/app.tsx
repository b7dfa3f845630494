import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { useState } from "react";

import { type Config, defaultHeaders, defaultQuery } from "./config";
import { FollowSystemTheme, RunOnce } from "./effects";
import { explainingFetcher } from "./explain/fetcher";
import { EXPLAIN_PLUGIN } from "./explain/plugin";
import { createSend, createSubscribe } from "./fetcher";
import logo from "./logo.svg";
import { headerlessStorage } from "./storage";

// GraphiQL compares plugins by identity, and its default list goes when another is given.
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false }), EXPLAIN_PLUGIN];

export function App(config: Config) {
  const [fetcher] = useState(() => {
    const url = location.origin + location.pathname;
    return explainingFetcher(createSend(url, config.token), createSubscribe(url, config.token));
  });
  const [storage] = useState(headerlessStorage);
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      plugins={PLUGINS}
      defaultQuery={defaultQuery(config)}
      defaultHeaders={defaultHeaders(config)}
      defaultEditorToolsVisibility={config.token ? false : "headers"}
      shouldPersistHeaders={false}
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <Logo signedIn={config.token !== null} />
      </GraphiQL.Logo>
      <FollowSystemTheme />
      {config.token && config.query && <RunOnce query={config.query} />}
    </GraphiQL>
  );
}

function Logo({ signedIn }: { signedIn: boolean }) {
  return (
    <span className="reelgraph-logo">
      {signedIn && (
        <span
          className="reelgraph-signed-in"
          title="Requests carry the development token, unless the Headers tab has an Authorization header."
        >
          signed in
        </span>
      )}
      <img src={logo} alt="" />
      Reelgraph
    </span>
  );
}
