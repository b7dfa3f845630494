import { type GraphQLLeafType, type GraphQLObjectType, isEnumType } from 'graphql';

import { between, hash, hex, pick } from './hash.ts';

/** A field, or an element of its list, that holds a scalar or a value of an enum. */
export interface Leaf {
  readonly parent: GraphQLObjectType;
  readonly field: string;
  /** Names the object for the hash: what it says of itself agrees. */
  readonly object: string;
  /** Names the value for the hash. */
  readonly key: string;
  /** Where it stands in its list; or else where its object does, if that has no id. */
  readonly position: number | undefined;
}

type Maker = (leaf: Leaf) => unknown;
type Rules<Value> = readonly (readonly [pattern: RegExp, value: Value])[];

/** A value that looks like what the server would answer. */
export function leafValue(type: GraphQLLeafType, leaf: Leaf): unknown {
  if (!isEnumType(type)) return (SCALARS[type.name] ?? text)(leaf);
  const values = type.getValues();
  return values[(leaf.position ?? hash(leaf.key)) % values.length]?.value;
}

const SCALARS: Readonly<Record<string, Maker>> = {
  Boolean: ({ key }) => hash(key) % 2 === 0,
  Int: ({ field, key }) => between(1, /count/i.test(field) ? 200 : 3, key),
  Float: ({ field, key }) => between(0, /seconds/i.test(field) ? 360_000 : 100, key) / 100,
  BigInt: ({ field, key }) => (/^received/.test(field) ? between(0, 999_999, key) : between(1_000_000, 4e9, key)),
  DateTime: instant,
  URL: url,
};

// Minutes since the object came to be.
const MOMENTS: Readonly<Record<string, number>> = {
  createdAt: 0,
  startedAt: 1,
  finishedAt: 9,
  updatedAt: 10,
  expiresAt: 60,
};

function instant({ object, field }: Leaf): string {
  const minute = between(0, 365 * 24 * 60, object) + (MOMENTS[field] ?? 5);
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().replace('.000Z', 'Z');
}

const FILES: Rules<string> = [
  [/thumbnail/i, 'thumbnail.jpg'],
  [/subtitle/i, 'subtitles.vtt'],
  [/transcript/i, 'transcript.txt'],
  [/./, 'original.mp4'],
];

function url(leaf: Leaf): string {
  return `https://library.example/files/${hex(leaf.object)}/${ruling(FILES, leaf)}`;
}

const SCENES = ['A day in', 'A walk through', 'Arriving in', 'Dawn in', 'Market day in', 'Winter in'] as const;
const PLACES = ['Abisko', 'Bergen', 'Cork', 'Dakar', 'Fårö', 'Gotland', 'Izmir', 'Kyoto', 'Nuuk', 'Visby'] as const;
const WORDS = ['aerial', 'archive', 'city', 'family', 'harbour', 'interview', 'music', 'night', 'sea'] as const;
const SENTENCES = [
  'We left the harbour before dawn, and the sea was calm.',
  'Three more hours to go, says the captain.',
  'You only get a light like this in June.',
  'Tomorrow morning we go on by bicycle.',
  'Nobody has been here since the winter.',
  'Listen: that is the bell of the old church.',
] as const;

const TEXTS: Rules<Maker> = [
  [/cursor$/i, ({ key }) => hex(key).slice(16)],
  [/title$/i, ({ object }) => title(object)],
  [/filename$/i, ({ object }) => `${title(object).toLowerCase().replaceAll(' ', '-')}.mp4`],
  [/storagePath$/, ({ object }) => `videos/${hex(object)}/original`],
  [/contentType$/i, () => 'video/mp4'],
  [/UploadHeader\.name$/, ({ position = 0 }) => ['Content-Type', 'If-None-Match'][position] ?? 'Cache-Control'],
  [/UploadHeader\.value$/, ({ position = 0 }) => ['video/mp4', '*'][position] ?? 'no-store'],
  [/UploadTarget\.method$/, () => 'PUT'],
  [/InputIssue\.path$/, ({ position = 0 }) => ['input', 'tags'][position] ?? '0'],
  [/tags$/i, ({ object, position = 0 }) => WORDS[(hash(object) + position) % WORDS.length]],
  [/language$/i, ({ key }) => pick(['de', 'en', 'sv'], key)],
  [/resolution$/i, ({ key }) => pick(['1280x720', '1920x1080', '3840x2160'], key)],
  [/format$/i, ({ key }) => pick(['matroska', 'mp4', 'webm'], key)],
  [/errorCode$/, ({ key }) => pick(['CANCELED', 'TIMED_OUT', 'UNREADABLE_MEDIA'], key)],
  [/Error\.message$/, ({ parent }) => parent.description ?? parent.name],
  [/text$/i, ({ key }) => ['1', '2', '3'].map((line) => pick(SENTENCES, key + line)).join('\n')],
  [/description$|message$|passage$/i, ({ key }) => pick(SENTENCES, key)],
  [/./, ({ key }) => pick(WORDS, key)],
];

function text(leaf: Leaf): unknown {
  return ruling(TEXTS, leaf)?.(leaf);
}

function title(object: string): string {
  return `${pick(SCENES, `scene ${object}`)} ${pick(PLACES, `place ${object}`)}`;
}

/** What the first rule says whose pattern is in `Type.field`. */
function ruling<Value>(rules: Rules<Value>, { parent, field }: Leaf): Value | undefined {
  return rules.find(([pattern]) => pattern.test(`${parent.name}.${field}`))?.[1];
}
