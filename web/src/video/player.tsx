import type { VideoPage } from '@reelgraph/client';
import { useQueryClient } from '@tanstack/react-query';
import { type Ref, type SyntheticEvent, useState } from 'react';

import { videoQuery } from './queries.ts';

/** Plays the original, with its subtitles. */
export function Player({ ref, video }: { ref: Ref<HTMLVideoElement>; video: VideoPage }) {
  const queryClient = useQueryClient();
  // A link is another one in each answer; what plays keeps the one that it began with.
  const [links, setLinks] = useState(() => linksOf(video));
  const [failed, setFailed] = useState(false);
  if ((video.downloadUrl && !links.original) || video.metadata?.id !== links.metadataId) setLinks(linksOf(video));

  const renew = async ({ currentTarget: player }: SyntheticEvent<HTMLVideoElement>): Promise<void> => {
    // Once: what a fresh link does not help is a format that this browser does not know.
    if (failed) return;
    setFailed(true);
    const at = player.currentTime;
    const fresh = await queryClient.fetchQuery({ ...videoQuery(video.id), staleTime: 0 }).catch(() => null);
    if (!fresh) return;
    setLinks(linksOf(fresh));
    player.addEventListener('loadedmetadata', () => (player.currentTime = at), { once: true });
  };

  if (!links.original) {
    return (
      <div className="panel text-soft grid aspect-video place-items-center p-6 text-center">
        The file has not been uploaded yet.
      </div>
    );
  }
  return (
    <>
      <video
        ref={ref}
        src={links.original}
        poster={links.poster}
        controls
        playsInline
        preload="metadata"
        crossOrigin="anonymous"
        onError={renew}
        onPlaying={() => setFailed(false)}
        aria-label="Player"
        className="panel aspect-video w-full bg-black"
      >
        {links.subtitles.map(({ url, language }, index) => (
          <track
            key={url}
            kind="subtitles"
            src={url}
            srcLang={language ?? 'und'}
            label={languageName(language)}
            default={index === 0}
          />
        ))}
      </video>
      {failed && (
        <p role="status" className="text-soft mt-2 text-sm">
          If it does not play: this browser may not know the format.{' '}
          <a href={links.original} className="text-accent underline">
            Download the file
          </a>
        </p>
      )}
    </>
  );
}

function linksOf({ downloadUrl, thumbnailFileUrl, metadata }: VideoPage) {
  return {
    original: downloadUrl,
    poster: thumbnailFileUrl ?? undefined,
    metadataId: metadata?.id,
    subtitles: metadata?.subtitleFiles.filter(({ format }) => format === 'VTT') ?? [],
  };
}

function languageName(language: string | null): string {
  if (!language) return 'Subtitles';
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
  } catch {
    return language; // files have what they like
  }
}
