// Follows jobs by one of the reference clients or by ours, a line for each event, until it is stopped.
import { createClient as eventStreamClient } from 'graphql-sse';
import { createClient as webSocketClient } from 'graphql-ws';

import { subscribe, TypedDocumentString } from '../../codegen/src/index.ts';

const [transport, url, token, after] = process.argv.slice(2);
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));

const clients = {
  'graphql-sse': () =>
    eventStreamClient({ url, headers: { Authorization: token }, retryAttempts: 1000, retry: soon }),
  'graphql-ws': () =>
    webSocketClient({
      url: url.replace('http', 'ws'),
      connectionParams: { Authorization: token },
      retryAttempts: 1000,
      retryWait: soon,
      shouldRetry: () => true,
    }),
  ours: () => ({ subscribe: follow }),
};

// What is sent is the object as it is when a connection is made, so a new one goes on after the last event.
const variables = { after };
const query = 'subscription ($after: String) { videoJobEvents(after: $after) { cursor job { id attempt } } }';

clients[transport]().subscribe(
  { query, variables },
  {
    next({ data, errors }) {
      if (errors) return end(errors);
      variables.after = data.videoJobEvents.cursor;
      console.log(JSON.stringify(data.videoJobEvents.job));
    },
    error: end,
    complete: () => end('The server said that there is nothing more.'),
  },
);

async function follow({ query, variables }, sink) {
  const options = { url, token: token.replace('Bearer ', ''), retryDelay: () => 100 };
  try {
    for await (const data of subscribe(new TypedDocumentString(query), variables, options)) sink.next({ data });
    sink.complete();
  } catch (error) {
    sink.error(error);
  }
}

function end(reason) {
  console.error(reason);
  process.exit(1);
}
