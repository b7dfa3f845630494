import { deepEqual, equal, match, notDeepEqual, ok, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as client from '@reelgraph/client';
import {
  DeleteVideoDocument,
  type DeleteVideoMutation,
  TypedDocumentString,
  unmask,
  VideoDocument,
  VideoJobEventsDocument,
  VideoMetadataDocument,
  VideosDocument,
  type VideosQuery,
  type VideoSummaryFragment,
  VideoSummaryFragmentDoc,
  VideoWithJobsDocument,
  VideoWithJobsFragmentDoc,
} from '@reelgraph/client';
import { mock, type Overrides } from '@reelgraph/client/mock';
import { buildSchema, executeSync, GraphQLError, type GraphQLSchema, isScalarType, parse } from 'graphql';

const sdl = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
const exported: Readonly<Record<string, unknown>> = client;
const operations = Object.entries(exported).flatMap(([name, document]) => {
  return name.endsWith('Document') ? [[name.replace('Document', ''), String(document)] as const] : [];
});

const id = 'video_1';
const inputs: Readonly<Record<string, object>> = {
  CompleteVideoUpload: { videoId: id },
  CreateVideoUpload: { originalFilename: 'a.mp4', contentType: 'video/mp4', sizeBytes: 1 },
  UpdateVideoMetadata: { metadataId: 'metadata_1' },
};
const ids = { id: 'metadata_1', videoId: id, jobId: 'job_1' };

// What a value of a scalar looks like.
const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  BigInt: Number.isSafeInteger,
  DateTime: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
  URL: (value) => typeof value === 'string' && /^https?:$/.test(new URL(value).protocol),
};

function strict(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()).filter(isScalarType)) {
    const looksRight = scalars[type.name];
    if (!looksRight) continue;
    type.coerceOutputValue = (value) => {
      if (looksRight(value)) return value;
      throw new GraphQLError(`${JSON.stringify(value)} is no ${type.name}.`);
    };
  }
  return schema;
}

const reelgraph = strict(buildSchema(sdl));

/** Has graphql-js answer the operation from the answer: what is missing, wrong or too much in it shows. */
function assertValid(document: string, variableValues: object, answer: unknown, schema = reelgraph): void {
  const { data, errors } = executeSync({
    schema,
    document: parse(document),
    variableValues: { ...variableValues },
    rootValue: answer,
    fieldResolver: (source: Readonly<Record<string, unknown>>, _args, _context, { path }) => source[path.key],
  });
  deepEqual(errors ?? [], []);
  deepEqual(JSON.parse(JSON.stringify(data)), answer);
}

for (const [name, document] of operations) {
  test(`${name} is answered by what the schema allows, the same each time`, () => {
    const variables = { ...ids, query: 'sea', input: inputs[name] };
    const answer = mock(document, { variables });

    assertValid(document, variables, answer);
    equal(JSON.stringify(mock(document, { variables })), JSON.stringify(answer));
    ok(mock(document), 'required variables can be left out');
  });
}

test('an invalid answer is found by the check of these tests', () => {
  const document = '{ viewer { id videoCount storedBytes } }';
  const viewer = { id: 'me', videoCount: 1, storedBytes: 1 };
  for (const wrong of [{ videoCount: 1.5 }, { storedBytes: 2 ** 60 }, { id: null }, { name: 'x' }]) {
    throws(() => assertValid(document, {}, { viewer: { ...viewer, ...wrong } }));
  }
});

test('another seed is another answer', () => {
  const answers = [undefined, 0, '1', 2].map((seed) => mock(VideosDocument, { seed }));
  deepEqual(answers[0], answers[1]);
  notDeepEqual(answers[1], answers[2]);
  notDeepEqual(answers[2], answers[3]);
});

test('a seed makes these bytes on every machine', () => {
  const answer = mock('{ videos(first: 1) { nodes { id title createdAt sizeBytes status } } }', { seed: 7 });
  const node =
    '{"id":"video_fcd1aa815674628eb73267a541242701","title":"Arriving in Gotland","createdAt":"2026-09-03T07:09:00Z",' +
    '"sizeBytes":78068904,"status":"COMPLETED"}';
  equal(JSON.stringify(answer), `{"videos":{"nodes":[${node}]}}`);
});

test('values look like what they are called', () => {
  const { node } = unmask(mock(VideoMetadataDocument, { variables: { id: 'metadata_1' } }));
  ok(node?.__typename === 'VideoMetadata');
  equal(node.id, 'metadata_1');
  match(node.extractedVideoResolution ?? '', /^\d+x\d+$/);
  ok(node.createdAt < node.updatedAt);
  equal(new Set(node.tags).size, node.tags.length);

  const { video } = unmask(mock(VideoDocument));
  match(video?.id ?? '', /^video_[0-9a-f]{32}$/);
  match(video?.originalFilename ?? '', /^[\p{L}-]+\.mp4$/u);
  equal(video?.originalFilename, `${video?.title?.toLowerCase().replaceAll(' ', '-')}.mp4`);
});

test('a field asked for twice, by fragments or other names, is the same', () => {
  const { one, two, node } = mock(`
    query ($id: ID! = "${id}", $never: Boolean = false) {
      one: video(id: $id) { ...Names ...Times sizeBytes @include(if: $never) }
      two: video(id: $id) { name: title jobs { nodes { id attempt } } ...Times }
      node(id: $id) { ... on VideoJob { progress } ... on Node { ...Names } ...Times @skip(if: $never) }
    }
    fragment Names on Video { title jobs { nodes { id } } }
    fragment Times on Video { createdAt jobs { nodes { attempt } } }
  `);
  const { title, ...rest } = one as { title: string };

  deepEqual(node, one);
  deepEqual(two, { name: title, ...rest });
});

interface Page {
  readonly nodes: readonly unknown[];
  readonly edges: readonly { readonly cursor: string; readonly node: unknown }[];
  readonly pageInfo: object;
}

test('a page is its whole list, and nodes and edges are the same', () => {
  const document = new TypedDocumentString<{ readonly [name: string]: Page }, object>(`
    { all: searchTranscripts(query: "sea") { ...Page } two: searchTranscripts(query: "sea", first: 2) { ...Page }
      none: searchTranscripts(query: "sea", first: 0) { ...Page } }
    fragment Page on TranscriptMatchConnection {
      nodes { ...Match } edges { cursor node { ...Match } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
    fragment Match on TranscriptMatch { passage rank video { id jobs(last: 1) { edges { node { id video { id } } } } } }
  `);

  const pages = mock(document);

  for (const { nodes, edges, pageInfo } of Object.values(pages)) {
    deepEqual(edges.map(({ node }) => node), nodes);
    deepEqual(pageInfo, {
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
  }
  deepEqual(pages['two']?.nodes, pages['all']?.nodes.slice(0, 2));
  deepEqual(pages['none']?.nodes, []);
});

test('an id stands for the same object in every answer', () => {
  for (const { id, title, createdAt } of unmask(mock(VideosDocument)).videos.nodes) {
    const { video } = unmask(mock(VideoDocument, { variables: { id } }));
    deepEqual([video?.id, video?.title, video?.createdAt], [id, title, createdAt]);
  }
});

test('what leads back leads to the same object', () => {
  const { videoJob } = mock(`
    { videoJob(id: "job_1") { id video { id latestJob { id } metadata { job { id } video { id } } } } }
  `);
  const { video } = videoJob as { video: { id: string } };
  const [sameJob, sameVideo] = [{ id: 'job_1' }, { id: video.id }];

  deepEqual(videoJob, {
    ...sameJob,
    video: { ...sameVideo, latestJob: sameJob, metadata: { job: sameJob, video: sameVideo } },
  });
});

test('a mutation succeeds for the object that it names, unless an error is wanted', () => {
  const variables = { videoId: id };
  const answer = (overrides: Overrides<DeleteVideoMutation>) => mock(DeleteVideoDocument, { variables, overrides });

  deepEqual(answer({}), { deleteVideo: { __typename: 'DeleteVideoSuccess', deletedVideoId: id } });
  for (const place of ['deleteVideo', 'DeleteVideoResult', 'Mutation.deleteVideo'] as const) {
    const { deleteVideo } = answer({ [place]: { __typename: 'NotFoundError', message: 'Gone.' } });
    deepEqual(deleteVideo, { __typename: 'NotFoundError', id, message: 'Gone.' });
  }
});

test('overrides hold for a place, a field or a type, the first before the others', () => {
  const overrides = {
    'videos.nodes.1.title': 'by place',
    'Query.videos': { nodes: [{ title: 'by field' }, {}, {}, { title: null }] },
    'Video.originalFilename': 'a.mp4',
    Video: { title: 'by type', originalFilename: 'never seen', status: 'FAILED' },
    DateTime: '2026-06-01T00:00:00Z',
  } as const;

  const { videos } = unmask(mock(VideosDocument, { overrides }));

  deepEqual(videos.nodes.map(({ title }) => title), ['by field', 'by place', 'by type', null]);
  equal(videos.totalCount, 4);
  for (const { originalFilename, status, createdAt } of videos.nodes) {
    deepEqual([originalFilename, status, createdAt], ['a.mp4', 'FAILED', '2026-06-01T00:00:00Z']);
  }
});

test('a place may be an object, a list or null', () => {
  equal(mock(VideoDocument, { overrides: { video: null } }).video, null);
  const { videos } = mock(VideosDocument, { overrides: { 'videos.nodes': [] } });
  deepEqual([videos.nodes, videos.totalCount], [[], 0]);
  const part = { video: { jobs: { nodes: [{ progress: 0.5 }, { processingStages: [{ message: null }] }] } } };
  const { video } = unmask(mock(VideoWithJobsDocument, { overrides: part }));
  deepEqual([video?.jobs.nodes[0]?.progress, video?.jobs.nodes[1]?.processingStages[0]?.message], [0.5, null]);
});

test('a fragment by itself is answered for the component that takes it', () => {
  const summary: VideoSummaryFragment = mock(VideoSummaryFragmentDoc, { overrides: { title: 'Mine', status: null } });
  deepEqual([summary.title, summary.status], ['Mine', null]);
  equal(unmask(mock(VideoWithJobsFragmentDoc, { overrides: { Video: { id } } })).id, id);
});

test('an event of a subscription is answered', () => {
  const { videoJobEvents } = mock(VideoJobEventsDocument, { overrides: { 'videoJobEvents.cursor': 'newest' } });
  equal(videoJobEvents.cursor, 'newest');
});

test('any schema and any document will do', () => {
  const schema = `
    scalar JSON
    enum Mood { GOOD BAD }
    interface Pet { name: String! }
    type Cat implements Pet { name: String! mood: Mood! owner: Person }
    type Dog implements Pet { name: String! tricks: [[Trick!]!] }
    type Trick { level: Int! }
    type Person { id: ID! settings: JSON isNice: Boolean! pets(mood: Mood!): [Pet]! }
    input Which { name: String! moods: [Mood!]! not: Which }
    input One @oneOf { name: String id: ID }
    type Query { person(which: Which!, one: One!, size: Float!): Person! }
  `;
  const document = `
    query ($which: Which!, $one: One!, $size: Float!, $mood: Mood!) {
      person(which: $which, one: $one, size: $size) {
        id settings isNice
        pets(mood: $mood) { __typename name ... on Cat { mood owner { id } } ... on Dog { tricks { level } } }
      }
    }
  `;
  const overrides = { JSON: { dark: true }, 'Person.pets': [{ __typename: 'Cat' }, { __typename: 'Dog' }, null, {}] };
  const variables = { which: { name: 'x', moods: [] }, one: { id: '1' }, size: 1, mood: 'BAD' };

  for (const known of [schema, buildSchema(schema)]) {
    const answer = mock(document, { schema: known, overrides });
    assertValid(document, variables, answer, buildSchema(schema));
    deepEqual(mock(document, { schema: known, overrides }), answer);
  }
});

test('what cannot be answered is said', () => {
  const viewer = '{ viewer { id } }';
  const video = '{ video(id: "1") { ... on Node { id } } }';
  const wrong: readonly (readonly [document: string, overrides: Overrides, message: string])[] = [
    ['{ viewer { name } }', {}, '1:12: Cannot query field "name" on type "Viewer".'],
    ['{ viewer {', {}, 'Syntax Error: Expected Name, found <EOF>.'],
    [`query A ${viewer} query B ${viewer}`, {}, 'The document has more than one operation.'],
    ['type Query { a: Int }', {}, '1:1: The "Query" definition is not executable.'],
    [viewer, { 'Viewer.name': 'x' }, 'Nothing in an answer is a Viewer.name.'],
    [viewer, { VideoFilter: {} }, 'Nothing in an answer is a VideoFilter.'],
    [viewer, { 'Error.message': 'x' }, 'Nothing in an answer is a Error.message.'],
    [viewer, { Viewer: { name: 'x' } }, 'viewer: Viewer has no field name.'],
    [viewer, { Query: { viewers: [] } }, 'Query has no field viewers.'],
    [viewer, { 'Query.viewer': 'x' }, 'viewer: A Viewer is an object, not "x".'],
    [viewer, { 'viewer.name': 'x' }, 'The answer has nothing at viewer.name.'],
    [viewer, { viewer: null }, 'viewer: Cannot return null for non-nullable field Query.viewer.'],
    ['{ viewer { videoCount } }', { Int: 'x' }, 'viewer.videoCount: Int cannot represent non-integer value: "x"'],
    [video, { Query: { video: [] } }, 'video: A Video is an object, not [].'],
    [video, { Video: 1 }, 'video: A Video is an object, not 1.'],
    ['{ node(id: 1) { id } }', { Node: { __typename: 'A' } }, 'node: Node is Video or VideoJob or VideoMetadata, not A.'],
    [video, { 'video.title': 'x' }, 'The answer has nothing at video.title.'],
  ];
  for (const [document, overrides, message] of wrong) {
    throws(() => mock(document, { overrides }), { message });
  }
  throws(() => mock(VideosDocument, { variables: { first: 0.5 } }), {
    message: 'Variable "$first" has invalid value: Int cannot represent non-integer value: 0.5',
  });
});

test('what is wanted of an answer has its types', () => {
  const { videos }: VideosQuery = mock(VideosDocument, { overrides: { 'videos.nodes.0.status': 'FAILED' } });
  ok(videos);

  () => [
    // @ts-expect-error: another operation's answer
    mock(VideoDocument) satisfies VideosQuery,
    // @ts-expect-error: no such variable
    mock(VideosDocument, { variables: { firts: 1 } }),
    // @ts-expect-error: a variable of another type
    mock(VideosDocument, { variables: { first: '1' } }),
    // @ts-expect-error: no such place
    mock(VideosDocument, { overrides: { 'videos.nodes.0.titel': 'x' } }),
    // @ts-expect-error: a value of another type
    mock(VideosDocument, { overrides: { 'videos.nodes.0.title': 1 } }),
    // @ts-expect-error: no such field, deeper
    mock(VideosDocument, { overrides: { 'videos.nodes': [{ titel: 'x' }] } }),
    // @ts-expect-error: null where the schema has none
    mock(VideosDocument, { overrides: { videos: null } }),
    // @ts-expect-error: no member of the result
    mock(DeleteVideoDocument, { overrides: { deleteVideo: { __typename: 'VersionConflictError' } } }),
    // @ts-expect-error: a field of another member
    mock(DeleteVideoDocument, { overrides: { deleteVideo: { __typename: 'DeleteVideoSuccess', message: '' } } }),
  ];
});
