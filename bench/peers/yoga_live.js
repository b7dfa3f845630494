// GraphQL Yoga with live events: one connection listens to PostgreSQL, and the events of an owner are a topic.
// An event is read from the log once for all who watch, and so is what they ask of its video.
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createPubSub, createSchema, createYoga } from "graphql-yoga";
import pg from "pg";
import { statement } from "./database.js";
import { compilerOptions } from "./jit.js";
import { resolvers } from "./resolvers.js";
import { once } from "./selection.js";
import { videoById } from "./statements.js";

// What of the contract subscribers ask for.
const typeDefs = `
  type Query { videoJobEvents: VideoJobEvent }
  type Subscription { videoJobEvents: VideoJobEvent! }
  type VideoJobEvent { cursor: String! job: VideoJob! }
  type VideoJob {
    id: ID! attempt: Int! status: ProcessingStatus! progress: Float! processingStages: [ProcessingStage!]! video: Video!
  }
  type ProcessingStage { name: StageName! status: StageStatus! }
  type Video { id: ID! title: String }
  enum ProcessingStatus { PENDING PROCESSING COMPLETED FAILED }
  enum StageName { PROBE THUMBNAIL SUBTITLES TRANSCRIPT DESCRIPTION }
  enum StageStatus { PENDING RUNNING DONE SKIPPED FAILED }
`;

const pubSub = createPubSub();
const { VideoJob, Video } = resolvers;
const schema = createSchema({
  typeDefs,
  resolvers: {
    Subscription: {
      videoJobEvents: {
        subscribe: (_, args, { owner }) => pubSub.subscribe("videoJobEvents", owner),
        resolve: (event) => event,
      },
    },
    VideoJobEvent: { cursor: ({ position }) => String(position), job: (event) => event },
    VideoJob: {
      ...VideoJob,
      video(event, _, context, info) {
        const load = once(info, videoById);
        event.video ??= load(event.owner, event.videoId).then(([video]) => video);
        return event.video;
      },
    },
    Video: { id: Video.id, title: Video.title },
  },
});

const COLUMNS = "position, uploader_user_id, id, video_id, attempt, status, processing_stages";
const eventsAfter = statement(
  `SELECT ${COLUMNS} FROM video_job_events WHERE uploader_user_id = $1 AND position > $2 ORDER BY position`,
  ([position, owner, id, videoId, attempt, status, processingStages]) => ({
    position, owner, id, videoId, attempt, status, processingStages, video: undefined,
  }),
);

// Of each owner the position of the last event that was published, and whether one is being read.
const [start] = await statement("SELECT coalesce(max(position), 0) FROM video_job_events", ([last]) => last)();
const owners = new Map();

async function publish(owner) {
  let state = owners.get(owner);
  if (state === undefined) owners.set(owner, (state = { last: start, isReading: false, isAgain: false }));
  state.isAgain = true;
  if (state.isReading) return;
  state.isReading = true;
  while (state.isAgain) {
    state.isAgain = false;
    for (const event of await eventsAfter(owner, state.last)) {
      state.last = event.position;
      pubSub.publish("videoJobEvents", owner, event);
    }
  }
  state.isReading = false;
}

const listener = new pg.Client();
await listener.connect();
listener.on("notification", ({ payload }) => publish(payload));
await listener.query("LISTEN reelgraph_video_job_events");

/** Whose token it is: its signature is not checked. */
function ownerOf(request) {
  const [, claims] = request.headers.get("authorization").split(".");
  return JSON.parse(Buffer.from(claims, "base64url")).sub;
}

const yoga = createYoga({
  schema,
  context: ({ request }) => ({ owner: ownerOf(request) }),
  plugins: [useGraphQlJit(compilerOptions)],
  cors: false,
  graphiql: false,
  landingPage: false,
  logging: false,
});
createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");
