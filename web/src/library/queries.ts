import {
  LibraryDocument,
  type LibraryQuery,
  type ProcessingStatus,
  SearchTranscriptsDocument,
  type Unmasked,
  type VideoOrder,
} from '@reelgraph/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { ask } from '../graphql.ts';
import { STATUSES } from '../ui/status-badge.tsx';

export type LibraryPage = Unmasked<LibraryQuery>;

/** What the library is narrowed to and how it is sorted, as in the page's address. */
export interface LibrarySearch {
  readonly q?: string | undefined;
  readonly status?: ProcessingStatus | undefined;
  readonly order?: VideoOrder | undefined;
}

export const ORDERS = {
  CREATED_AT_DESC: 'Newest first',
  CREATED_AT_ASC: 'Oldest first',
  ORIGINAL_FILENAME_ASC: 'By file name',
  SIZE_BYTES_DESC: 'Largest first',
} as const satisfies Record<VideoOrder, string>;

const PAGE = 24;
const BEGINNING: string | null = null;

/** The search of an address; what makes no sense is left out. */
export function librarySearch({ q, status, order }: Record<string, unknown>): LibrarySearch {
  const text = q === undefined || q === null ? '' : String(q).trim();
  const known = STATUSES.find((one) => one === status);
  const sorted = isOrder(order) && order !== 'CREATED_AT_DESC' ? order : undefined;
  // Said to be undefined, or the router would take what the address has.
  return { q: text || undefined, status: known, order: sorted };
}

/** Whether something is a way to sort. */
export function isOrder(value: unknown): value is VideoOrder {
  return typeof value === 'string' && value in ORDERS;
}

/** The library, a page at a time. */
export function libraryQuery({ q, status, order = 'CREATED_AT_DESC' }: LibrarySearch) {
  const filter = { ...(q && { search: q }), ...(status && { statuses: [status] }) };
  return infiniteQueryOptions({
    queryKey: ['library', { q, status, order }],
    queryFn: ({ pageParam, signal }) =>
      ask(LibraryDocument, { first: PAGE, after: pageParam, filter, orderBy: order }, signal),
    initialPageParam: BEGINNING,
    getNextPageParam: ({ videos: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
  });
}

/** Passages of transcripts in which the words are. */
export function transcriptsQuery(query: string) {
  return queryOptions({
    queryKey: ['transcripts', query],
    queryFn: ({ signal }) => ask(SearchTranscriptsDocument, { query, first: 5 }, signal),
    enabled: query !== '',
  });
}
