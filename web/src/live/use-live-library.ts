import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { homeQuery } from '../home.ts';
import { applyEvent } from './apply-event.ts';
import { type Connection, followLibrary } from './follow-library.ts';

/** Keep what is shown as it is on the server, from a cursor on; answers whether that works at the moment. */
export function useLiveLibrary(cursor: string): Connection {
  const queryClient = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connecting');
  useEffect(
    () =>
      followLibrary(cursor, {
        onEvent: (event) => applyEvent(queryClient, event),
        onConnection: setConnection,
        onForgotten: async () => {
          const { videoJobEventsCursor } = await queryClient.fetchQuery({ ...homeQuery, staleTime: 0 });
          await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'home' });
          return videoJobEventsCursor;
        },
        onSignedOut: () => location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`),
      }),
    [queryClient, cursor],
  );
  useEffect(() => {
    // For whoever drives the page: a test, a script.
    document.body.dataset.live = connection;
  }, [connection]);
  return connection;
}
