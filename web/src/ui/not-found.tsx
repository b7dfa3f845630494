import { Link } from '@tanstack/react-router';

/** What stands where there is nothing, or nothing of the viewer's. */
export function NotFound() {
  return (
    <section className="mx-auto max-w-md px-4 py-20 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">Not found</h1>
      <p className="text-soft mt-3">There is no such page or video in your library. It may have been deleted, or belong to somebody else.</p>
      <Link to="/" className="button-main mt-6">
        To your library
      </Link>
    </section>
  );
}
