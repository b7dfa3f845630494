import '@tanstack/react-start/server-only';

/** Why something failed, for logs: one line, which has nothing of what was sent or received but an error's code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no error was given';
  const { code, error: said = code }: Error & { code?: unknown; error?: unknown } = error;
  const word = said === undefined ? '' : ` ${JSON.stringify(String(said).slice(0, 100))}`;
  return `${error.message}${word}${error.cause instanceof Error ? `, because: ${reasonOf(error.cause)}` : ''}`;
}
