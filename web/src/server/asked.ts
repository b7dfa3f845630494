import '@tanstack/react-start/server-only';

import { reasonOf } from './reason.ts';
import { settings } from './settings.ts';

// The API itself refuses what takes it longer.
const LONGEST = 60_000;

/** What the API answers: `fetch`, which waits for the answer's beginning only so long. Its end may take, as events do. */
export async function asked(address: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new Error('it took too long')), LONGEST);
  const signals = [waiting.signal, ...(init.signal ? [init.signal] : [])];
  try {
    return await fetch(address, { ...init, signal: AbortSignal.any(signals) });
  } catch (error) {
    // Whoever asked is told no more than that it can't be reached.
    if (!init.signal?.aborted) console.warn(`The API did not answer: ${reasonOf(error)}`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the API takes an access token, as far as it says. */
export async function isTaken(accessToken: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const body = '{"query":"{ __typename }"}';
  const answer = await asked(`${settings().apiUrl}/graphql`, { method: 'POST', headers, body }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status !== 401;
}
