// The libraries of codegen/examples/frontends ask a server.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { before, test } from 'node:test';

import {
  CompleteVideoUploadDocument,
  CreateVideoUploadDocument,
  DeleteVideoDocument,
  mutate,
  unmask,
  VideoJobEventsDocument,
  type VideoJobEventsSubscription,
  VideosDocument,
} from '@reelgraph/client';
import { MutationObserver, QueryClient } from '@tanstack/react-query';
import { commitMutation, fetchQuery } from 'relay-runtime';

import { apolloClient } from './apollo/client.ts';
import * as apollo from './apollo/gql/graphql.ts';
import renameVideo, { type VideoCardRenameMutation } from './relay/__generated__/VideoCardRenameMutation.graphql.ts';
import videosQuery from './relay/__generated__/VideosQuery.graphql.ts';
import { relayEnvironment } from './relay/environment.ts';
import { client, type Server } from './server.ts';
import { deleteVideoOptions, followJobs, videosOptions } from './tanstack-query/videos.ts';
import { typed, urqlClient } from './urql/client.ts';

const { REELGRAPH_URL = '', REELGRAPH_TOKEN: token = '' } = process.env;
const server: Server = { url: `${REELGRAPH_URL}/graphql`, token };
const options = { ...server, client };
// What isn't there can neither be renamed nor deleted.
const nothing = '0'.repeat(32);
const input = { metadataId: `metadata_${nothing}`, title: 'Harbour at dawn' };

let videoId: string;

before(async () => {
  videoId = await upload('harbour.mp4');
});

async function upload(originalFilename: string): Promise<string> {
  const announced = { originalFilename, contentType: 'video/mp4', sizeBytes: 4 };
  const created = await mutate(CreateVideoUploadDocument, { input: announced }, options);
  ok(created.__typename === 'CreateVideoUploadSuccess');
  const { url, method, headers } = created.upload;
  await fetch(url, { method, headers: headers.map(({ name, value }): [string, string] => [name, value]), body: 'film' });
  const done = await mutate(CompleteVideoUploadDocument, { input: { videoId: created.video.id } }, options);
  equal(done.__typename, 'CompleteVideoUploadSuccess');
  return created.video.id;
}

test('TanStack Query', async () => {
  const queries = new QueryClient();
  const { pages } = await queries.fetchInfiniteQuery(videosOptions(server));
  deepEqual(unmask(pages).flatMap(({ videos }) => videos.nodes.map(({ id }) => id)), [videoId]);

  const deletion = await new MutationObserver(queries, deleteVideoOptions(server)).mutate(`video_${nothing}`);
  equal(deletion.__typename, 'NotFoundError');
});

test('TanStack Query, when jobs change', async () => {
  const queries = new QueryClient();
  await queries.prefetchInfiniteQuery(videosOptions(server));
  const ending = new AbortController();
  const followed = followJobs(server, queries, ending.signal).catch((reason: unknown) => reason);

  // Nothing says when a subscription has begun, so things happen until one is noticed.
  while (!queries.getQueryState(videosOptions(server).queryKey)?.isInvalidated) await upload('dawn.mp4');

  ending.abort();
  equal(await followed, ending.signal.reason);
});

test('urql', async () => {
  const urql = urqlClient(server);
  const { data } = await urql.query(typed(VideosDocument), { first: 100 });
  ok(unmask(data)?.videos.nodes.some(({ id }) => id === videoId));

  const deletion = await urql.mutation(typed(DeleteVideoDocument), { videoId: `video_${nothing}` });
  equal(deletion.data?.deleteVideo.__typename, 'NotFoundError');

});

test('urql, when jobs change', async () => {
  const events: (VideoJobEventsSubscription | undefined)[] = [];
  const subscription = urqlClient(server).subscription(typed(VideoJobEventsDocument), {});
  const { unsubscribe } = subscription.subscribe(({ data }) => events.push(data));

  while (events.length === 0) await upload('dusk.mp4');

  unsubscribe();
  equal(unmask(events[0])?.videoJobEvents.job.status, 'PENDING');
});

test('Apollo Client', async () => {
  const client = apolloClient(server);
  const { data } = await client.query({ query: apollo.VideosDocument });
  ok(data?.videos.edges.some(({ node }) => node.id === videoId));
  const kept = client.cache.readFragment({ fragment: apollo.VideoCardFragmentDoc, from: `Video:${videoId}` });
  equal(kept?.originalFilename, 'harbour.mp4');

  const renaming = await client.mutate({ mutation: apollo.RenameVideoDocument, variables: { input } });
  equal(renaming.data?.updateVideoMetadata.__typename, 'NotFoundError');
});

test('Relay', async () => {
  const environment = relayEnvironment(server);
  await fetchQuery(environment, videosQuery, {}).toPromise();
  equal(environment.getStore().getSource().get(videoId)?.['originalFilename'], 'harbour.mp4');

  const { updateVideoMetadata } = await new Promise<VideoCardRenameMutation['response']>((onCompleted, onError) => {
    commitMutation<VideoCardRenameMutation>(environment, { mutation: renameVideo, variables: { input }, onCompleted, onError });
  });
  equal(updateVideoMetadata?.__typename, 'NotFoundError');
});
