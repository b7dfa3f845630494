import { createFileRoute } from '@tanstack/react-router';

import { Library } from '../library/library.tsx';
import { libraryQuery, librarySearch } from '../library/queries.ts';

export const Route = createFileRoute('/_app/')({
  validateSearch: librarySearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) =>
    queryClient.infiniteQuery({ ...libraryQuery(deps), staleTime: 'static' }).then(() => undefined),
  head: () => ({ meta: [{ title: 'Library · Reelgraph' }] }),
  component: LibraryRoute,
});

function LibraryRoute() {
  return <Library search={Route.useSearch()} />;
}
