import { createServerFn } from '@tanstack/react-start';

import { accessToken } from './access.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';

/** Who uses this browser, as far as pages need to know. */
export interface Who {
  readonly isSignedIn: boolean;
  /** As the issuer has it. */
  readonly name: string | null;
  /** How one can sign in. */
  readonly signIn: 'demo' | 'oidc';
}

/** Who sent the present request. */
export const whoAsks = createServerFn({ method: 'GET' }).handler(async (): Promise<Who> => {
  const isSignedIn = (await accessToken()) !== undefined;
  const { name = null } = await session();
  return { isSignedIn, name, signIn: settings().demoToken ? 'demo' : 'oidc' };
});
