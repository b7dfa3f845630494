import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { nameOf } from '../ui/format.ts';
import { Marked } from '../ui/marked.tsx';
import { transcriptsQuery } from './queries.ts';

/** Passages of transcripts in which the words are; a link leads to each. */
export function TranscriptMatches({ words }: { words: string }) {
  const { data } = useQuery(transcriptsQuery(words));
  const matches = data?.searchTranscripts.nodes ?? [];
  if (matches.length === 0) return null;
  return (
    <section aria-labelledby="said" className="panel mb-6 p-4">
      <h2 id="said" className="mb-2 text-sm font-semibold">
        Said in
      </h2>
      <ul className="divide-line divide-y">
        {matches.map(({ video, passage }) => (
          <li key={video.id} className="py-2">
            <Link
              to="/videos/$videoId"
              params={{ videoId: video.id }}
              search={{ find: words }}
              className="hover:text-accent block rounded"
            >
              <span className="text-sm font-medium">{nameOf(video)}</span>
              <span className="text-soft line-clamp-2 text-sm">
                <Marked text={passage} words={words} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
