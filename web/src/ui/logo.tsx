/** The name of the app, with its sign. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path d="M12 9.5v13l11-6.5z" className="fill-on-accent" />
      </svg>
      Reelgraph
    </span>
  );
}
