/** The name of the app, with its sign; on phones the sign alone where room is short. */
export function Logo({ isShort = false }: { isShort?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path d="M12 9.5v13l11-6.5z" className="fill-on-accent" />
      </svg>
      <span className={isShort ? 'max-sm:sr-only' : ''}>Reelgraph</span>
    </span>
  );
}
