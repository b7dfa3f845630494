import type { VideoMetadata } from '@reelgraph/client';
import { type RefObject, useEffect, useState } from 'react';

/** Something that is said, and from when. */
export interface Cue {
  readonly seconds: number;
  readonly text: string;
}

const NONE: readonly Cue[] = [];

/** What the player's first subtitles have, as soon as the browser has read them. */
export function useCues(player: RefObject<HTMLVideoElement | null>, metadata: VideoMetadata | null): readonly Cue[] {
  const [cues, setCues] = useState(NONE);
  useEffect(() => {
    const element = player.current?.querySelector('track');
    if (!element) return undefined;
    const read = (): void => setCues(cuesOf(element.track));
    read();
    element.addEventListener('load', read);
    return () => element.removeEventListener('load', read);
  }, [player, metadata?.id]);
  return cues;
}

function cuesOf(track: TextTrack): readonly Cue[] {
  return Array.from(track.cues ?? [])
    .filter((cue) => cue instanceof VTTCue)
    .map((cue) => ({ seconds: cue.startTime, text: cue.getCueAsHTML().textContent.replace(/\s+/g, ' ').trim() }));
}
