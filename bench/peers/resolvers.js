// The contract: our schema.graphql, with resolvers for what the three operations ask.
import { readFileSync } from "node:fs";
import DataLoader from "dataloader";
import { VIEWER } from "./database.js";
import { once } from "./selection.js";
import { jobsOfVideos, jobsPage, videoById, videosPage } from "./statements.js";

export const typeDefs = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");

const id = (kind) => (row) => `${kind}_${row.id.replaceAll("-", "")}`;

export const resolvers = {
  Query: {
    async videos(_, { first }, context, info) {
      const load = once(info, ({ nodes }) => videosPage(nodes));
      return { nodes: await load(VIEWER, first) };
    },
    async video(_, { id }, context, info) {
      const load = once(info, videoById);
      return (await load(VIEWER, id.slice("video_".length)))[0] ?? null;
    },
    async videoJobs(_, { first, statuses }, context, info) {
      const load = once(info, ({ nodes }) => jobsPage(nodes));
      return { nodes: await load(VIEWER, first, statuses) };
    },
  },
  Video: {
    id: id("video"),
    status: (video) => video.latestJob?.status ?? null,
    title: (video) => video.metadata?.title ?? null,
    jobs: (video, { first }, context, info) => jobsLoader(context, first, info).load(video.id),
  },
  VideoJob: {
    id: id("job"),
    progress({ status, processingStages }) {
      if (status === "COMPLETED") return 1;
      const ended = processingStages.filter((stage) => stage.status === "DONE" || stage.status === "SKIPPED");
      return ended.length / (processingStages.length || 1);
    },
  },
  VideoMetadata: { id: id("metadata") },
};

/** What a request's resolvers share. */
export const context = () => ({ loaders: new Map() });

function jobsLoader(context, first, info) {
  const load = once(info, ({ nodes }) => jobsOfVideos(nodes));
  let loader = context.loaders.get(load);
  if (loader === undefined) {
    loader = new DataLoader(async (videos) => grouped(videos, await load(VIEWER, first, videos)));
    context.loaders.set(load, loader);
  }
  return loader;
}

function grouped(videos, jobs) {
  const connections = new Map(videos.map((video) => [video, { nodes: [] }]));
  for (const job of jobs) connections.get(job.videoId).nodes.push(job);
  return [...connections.values()];
}
