import {
  type Answer,
  type ExecuteOptions,
  execute,
  mutate,
  RequestError,
  type TypedDocument,
  type Unmasked,
  unmask,
} from '@reelgraph/client';
import { redirect } from '@tanstack/react-router';
import { createIsomorphicFn } from '@tanstack/react-start';
import { getRequest } from '@tanstack/react-start/server';

import { version } from '../package.json';
import { accessToken } from './server/access.ts';
import { asked } from './server/asked.ts';
import { settings } from './server/settings.ts';

// The server knows a release's documents by this name.
const client = { name: 'reelgraph-web', version };

/** How this side asks: the server asks the API itself, the browser asks our server, which knows its session. */
export const requestOptions = createIsomorphicFn()
  .server(async (): Promise<ExecuteOptions> => {
    const token = await accessToken();
    return { url: `${settings().apiUrl}/graphql`, ...(token && { token }), client, fetch: asked };
  })
  .client(async (): Promise<ExecuteOptions> => ({ url: '/api/graphql', client }));

// In the browser it is the page that is being loaded: its address stands there before its data have come.
const here = createIsomorphicFn()
  .server(() => pathOf(new URL(getRequest().url)))
  .client(() => pathOf(location));

/** The data of a query; leads to the sign-in where the session has ended. */
export async function ask<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: NoInfer<Variables>,
  signal?: AbortSignal,
): Promise<Unmasked<Result>> {
  const options = { ...(await requestOptions()), signal };
  try {
    return await execute(document, variables, options).then((data) => unmask(data));
  } catch (error) {
    if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: { to: here() } });
    throw inWords(error);
  }
}

/** What a mutation answers: a success, or one of the failures that are to be expected. */
export async function change<Result extends object, Variables>(
  ...[document, variables]: ChangeParameters<Result, Variables>
): Promise<Answer<Result>> {
  return mutate(document, variables, await requestOptions());
}

type ChangeParameters<Result extends object, Variables> = [
  document: Parameters<typeof mutate<Result, Variables>>[0],
  variables: NoInfer<Variables>,
];

/** Whether something failed because nobody is signed in any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'UNAUTHENTICATED';
}

// Where the API is, which is what the error of a lost connection says, is no page's business.
function inWords(error: unknown): unknown {
  if (!(error instanceof RequestError) || error.errors.length > 0) return error;
  const words = 'The server can not be reached at the moment.';
  return new RequestError(words, error.status === undefined ? {} : { status: error.status });
}

function pathOf({ pathname, search }: URL | Location): string {
  return pathname + search;
}
