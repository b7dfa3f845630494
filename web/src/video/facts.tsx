import type { VideoPage } from '@reelgraph/client';

import { bytes, container, duration, moment } from '../ui/format.ts';

/** What is known about the file. */
export function Facts({ video }: { video: VideoPage }) {
  const { metadata } = video;
  const seconds = metadata?.extractedVideoDurationSeconds;
  const facts: [string, string | null][] = [
    ['File', video.originalFilename],
    ['Size', bytes(video.sizeBytes)],
    ['Length', seconds == null ? null : duration(seconds)],
    ['Resolution', metadata?.extractedVideoResolution?.replace('x', ' × ') ?? null],
    ['Format', container(metadata?.extractedVideoFormat) ?? video.contentType],
    ['Uploaded', moment(video.createdAt)],
  ];
  return (
    <section aria-labelledby="facts" className="panel p-4">
      <h2 id="facts" className="mb-3 font-semibold">
        File
      </h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name} className="contents">
                <dt className="text-soft">{name}</dt>
                <dd className="truncate tabular-nums" title={value}>
                  {value}
                </dd>
              </div>
            ),
        )}
      </dl>
      <p className="mt-4 flex flex-wrap gap-2">
        {video.downloadUrl && <Download url={video.downloadUrl} words="Original" />}
        {metadata?.transcriptFileUrl && <Download url={metadata.transcriptFileUrl} words="Transcript" />}
        {metadata?.subtitleFiles.map(({ url, format, language }) => (
          <Download key={`${format} ${language}`} url={url} words={`${format}${language ? ` (${language})` : ''}`} />
        ))}
      </p>
    </section>
  );
}

function Download({ url, words }: { url: string; words: string }) {
  return (
    <a href={url} download className="button-plain">
      {words}
    </a>
  );
}
