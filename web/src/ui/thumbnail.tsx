/** A video's picture, in a box that has its size before the picture has come. */
export function Thumbnail({ url, isSeenFirst }: { url: string | null; isSeenFirst: boolean }) {
  return (
    <div className="bg-sunken text-soft grid aspect-video w-full place-items-center overflow-hidden">
      {url ? (
        // What is beside it says what it shows.
        <img
          src={url}
          alt=""
          width={640}
          height={360}
          loading={isSeenFirst ? 'eager' : 'lazy'}
          decoding="async"
          className="size-full object-cover"
        />
      ) : (
        <svg viewBox="0 0 24 24" className="size-8" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
          <rect x="3" y="5" width="18" height="14" rx="2.5" />
          <path d="M10.5 9.5v5l4-2.5z" />
        </svg>
      )}
    </div>
  );
}
