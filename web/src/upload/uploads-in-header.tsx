import { Link } from '@tanstack/react-router';

import { isActive, useUploads } from './uploads.ts';

/** How many files are on their way, wherever one is. */
export function UploadsInHeader() {
  const active = useUploads().filter(isActive);
  if (active.length === 0) return null;
  const sent = active.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  const all = active.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <Link to="/upload" className="text-accent font-medium tabular-nums">
      Uploading {active.length} · {all ? Math.floor((100 * sent) / all) : 0} %
    </Link>
  );
}
