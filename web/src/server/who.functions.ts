import { createServerFn } from '@tanstack/react-start';

import { accessToken } from './access.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';

/** Who uses this browser, as far as pages need to know. */
export interface Who {
  readonly isSignedIn: boolean;
  /** As the issuer has it. */
  readonly name: string | null;
}

/** Who sent the present request. */
export const whoAsks = createServerFn({ method: 'GET' }).handler(async (): Promise<Who> => {
  if ((await accessToken()) === undefined) return { isSignedIn: false, name: null };
  const { name = null } = await session();
  return { isSignedIn: true, name };
});

/** How one can sign in here. */
export const howToSignIn = createServerFn({ method: 'GET' }).handler(
  (): Promise<'demo' | 'oidc'> => Promise.resolve(settings().demoToken ? 'demo' : 'oidc'),
);
