import { createFileRoute } from '@tanstack/react-router';

import { DropZone } from '../upload/drop-zone.tsx';
import { UploadRow } from '../upload/upload-row.tsx';
import { useUploads } from '../upload/uploads.ts';

export const Route = createFileRoute('/_app/upload')({
  head: () => ({ meta: [{ title: 'Upload · Reelgraph' }] }),
  component: UploadPage,
});

function UploadPage() {
  const uploads = useUploads();
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="mb-4 text-2xl font-semibold tracking-tight">Upload videos</h1>
      <noscript>
        <p className="bg-warn-soft mb-4 rounded-lg px-4 py-3 text-sm">Uploading needs JavaScript, which is off in this browser.</p>
      </noscript>
      <DropZone />
      {uploads.length > 0 && (
        <ul aria-label="Uploads" className="mt-6 space-y-3">
          {uploads.map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </div>
  );
}
