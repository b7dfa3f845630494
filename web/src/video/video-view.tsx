import type { VideoPage } from '@reelgraph/client';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';

import { nameOf } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { DeleteVideo } from './delete-video.tsx';
import { Details } from './details.tsx';
import { Facts } from './facts.tsx';
import { Jobs } from './jobs.tsx';
import { Player } from './player.tsx';
import { Transcript } from './transcript.tsx';
import { useCues } from './use-cues.ts';

/** A video: to watch, to read, to edit. */
export function VideoView({ video, find }: { video: VideoPage; find: string }) {
  const player = useRef<HTMLVideoElement>(null);
  const cues = useCues(player, video.metadata);
  const seek = (seconds: number): void => {
    if (!player.current) return;
    player.current.currentTime = seconds;
    void player.current.play().catch(() => undefined); // a browser may not let a page begin
  };
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-3 text-sm">
        <Link to="/" className="text-soft hover:text-ink rounded">
          ← Library
        </Link>
      </nav>
      <div className="mb-5 flex flex-wrap items-center gap-3">
        <h1 className="min-w-0 text-2xl font-semibold tracking-tight break-words">{nameOf(video)}</h1>
        <StatusBadge status={video.status} progress={video.jobs.nodes[0]?.progress} />
        <span className="ml-auto">
          <DeleteVideo video={video} />
        </span>
      </div>
      <div className="grid gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="min-w-0 space-y-6">
          <Player ref={player} video={video} />
          <Details video={video} />
        </div>
        <div className="min-w-0 space-y-6">
          <Facts video={video} />
          <Transcript text={video.metadata?.transcriptText ?? null} cues={cues} find={find} onSeek={seek} />
          <Jobs video={video} />
        </div>
      </div>
    </>
  );
}
