import '@tanstack/react-start/server-only';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The address that a variable has; throws an error that names it where it is none that HTTP knows. */
export function address(variables: Variables, name: string, otherwise?: string): URL {
  const text = variables[name] || otherwise || '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new Error(`${name} is no address: ${text}`);
  // Addresses are logged, and sent to browsers.
  if (url.username || url.password) throw new Error(`${name} must have no user name and no password.`);
  return url;
}

/** Whether what is sent there does not leave this machine, so that it may go without encryption. */
export function isOnThisMachine(url: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
