// Prints the viewer's videos:
//   REELGRAPH_URL=http://127.0.0.1:8000 REELGRAPH_TOKEN=… node examples/list-videos.ts
import {
  execute,
  type ProcessingStatus,
  RequestError,
  type RequestOptions,
  unmask,
  type Unmasked,
  VideosDocument,
  type VideosQuery,
  type VideoSummary,
} from '@reelgraph/client';

const { REELGRAPH_URL = 'http://127.0.0.1:8000', REELGRAPH_TOKEN } = process.env;

try {
  for await (const video of videos({ url: `${REELGRAPH_URL}/graphql`, token: REELGRAPH_TOKEN })) {
    console.log(`${video.id}  ${progress(video.status).padEnd(10)}  ${video.title ?? video.originalFilename}`);
  }
} catch (error) {
  if (!(error instanceof RequestError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function* videos(options: RequestOptions): AsyncGenerator<VideoSummary> {
  let after: string | null = null;
  do {
    const { videos: page }: Unmasked<VideosQuery> = unmask(await execute(VideosDocument, { first: 50, after }, options));
    yield* page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

function progress(status: ProcessingStatus | null): string {
  switch (status) {
    case null:
      return 'uploading';
    case 'PENDING':
      return 'waiting';
    case 'PROCESSING':
      return 'processing';
    case 'COMPLETED':
      return 'ready';
    case 'FAILED':
      return 'failed';
    default:
      return unheardOf(status);
  }
}

// Compiles only while every status has its case above; answers for one that a newer server may send.
function unheardOf(status: never): string {
  return String(status);
}
