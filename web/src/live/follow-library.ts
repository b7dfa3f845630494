import { LibraryEventsDocument, type LibraryEvent, RequestError, subscribe, unmask } from '@reelgraph/client';

import { isSignedOut, requestOptions } from '../graphql.ts';

/** Whether changes arrive as they happen. */
export type Connection = 'connecting' | 'live' | 'lost';

export interface Follower {
  readonly onEvent: (event: LibraryEvent) => void;
  readonly onConnection: (connection: Connection) => void;
  /** The cursor is no longer known: everything is asked for anew. Answers the cursor to go on from. */
  readonly onForgotten: () => Promise<string>;
  readonly onSignedOut: () => void;
}

// A page that nobody looks at gives its connection back: browsers have six for a host where there is no HTTP/2.
const HIDDEN = 60_000;
const PAUSE = 3_000;

/** Tell of every change of the viewer's jobs after a cursor, through sleep and lost connections, until it is stopped. */
export function followLibrary(cursor: string, follower: Follower): () => void {
  let after = cursor;
  let stream: AbortController | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const event of eventsAfter(after, signal, follower)) {
          after = event.cursor;
          follower.onEvent(event);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isSignedOut(error)) return follower.onSignedOut();
        follower.onConnection('lost');
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        after = await follower.onForgotten().catch(() => after);
      }
    }
  };
  const stop = (): void => stream?.abort();
  const start = (): void => {
    stop();
    stream = new AbortController();
    void run(stream.signal);
  };
  const wake = (): void => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(stop, HIDDEN);
    else start();
  };

  start();
  const awake = new AbortController();
  document.addEventListener('visibilitychange', wake, awake);
  // After sleep a connection may be dead and not know it.
  window.addEventListener('online', wake, awake);
  window.addEventListener('pageshow', (event) => event.persisted && wake(), awake);
  return () => {
    awake.abort();
    clearTimeout(hiding);
    stop();
  };
}

async function* eventsAfter(after: string, signal: AbortSignal, { onConnection }: Follower): AsyncGenerator<LibraryEvent> {
  const options = {
    ...(await requestOptions()),
    // There is another one whenever our server has refreshed it.
    token: () => undefined,
    signal,
    onLost: (reason: RequestError) => onConnection(reason.code === 'UNAUTHENTICATED' ? 'connecting' : 'lost'),
    fetch: async (...request: Parameters<typeof fetch>) => {
      const response = await fetch(...request);
      if (response.ok) onConnection('live');
      return response;
    },
  };
  for await (const data of subscribe(LibraryEventsDocument, { after }, options)) yield unmask(data).videoJobEvents;
}
