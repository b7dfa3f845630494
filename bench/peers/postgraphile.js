// PostGraphile on Node's HTTP server: its own schema, made from the tables, with the relations named.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { lambda } from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, gql, jsonPgSmartTags } from "postgraphile/utils";

const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: { video_metadata: { tags: { unique: ["job_id,uploader_user_id"] } } },
    constraint: {
      "video_jobs.fk_video_jobs_video_id_uploader_user_id_videos": {
        tags: { fieldName: "video", foreignFieldName: "jobs" },
      },
      "video_metadata.fk_video_metadata_job_id_uploader_user_id_video_jobs": {
        tags: { fieldName: "job", foreignSingleFieldName: "metadata" },
      },
    },
  },
});

function progress([status, stages]) {
  if (status === "COMPLETED") return 1;
  const ended = stages.filter((stage) => stage.status === "DONE" || stage.status === "SKIPPED");
  return ended.length / (stages.length || 1);
}

const more = extendSchema({
  typeDefs: gql`
    extend type VideoJob {
      progress: Float!
    }
  `,
  objects: {
    VideoJob: {
      plans: {
        progress: (job) => lambda([job.get("status"), job.get("processing_stages")], progress, true),
      },
    },
  },
});

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [tags, more],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // which would hide the relations: they are by two columns, their indexes by one
  pgServices: [makePgService({ poolConfig: { host: process.env.PGHOST, max: 10, idleTimeoutMillis: 0 } })],
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
  schema: { retryOnInitFail: false, dontSwallowErrors: true },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
