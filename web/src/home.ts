import { HomeDocument } from '@reelgraph/client';
import { queryOptions } from '@tanstack/react-query';

import { ask } from './graphql.ts';
import { whoAsks } from './server/who.functions.ts';

/** Who uses this browser. */
export const whoQuery = queryOptions({ queryKey: ['who'], queryFn: () => whoAsks() });

/** How large the viewer's library is, and the cursor to follow changes from. */
export const homeQuery = queryOptions({ queryKey: ['home'], queryFn: ({ signal }) => ask(HomeDocument, {}, signal) });
