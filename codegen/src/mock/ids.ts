import { type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql';

import { hex, uuid } from './hash.ts';

/** Ids by the types that they are of. */
export type KnownIds = ReadonlyMap<string, string>;

/** Knows what the ids of a schema look like. */
export class Ids {
  /** `video_` by `Video`: the description of its `id` begins with it. */
  readonly #prefixes: ReadonlyMap<string, string>;

  constructor(schema: GraphQLSchema) {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    this.#prefixes = new Map(types.flatMap((type) => prefixOf(type).map((prefix) => [type.name, prefix])));
  }

  /** An id for an object of this type. */
  make(type: string, key: string): string {
    const prefix = this.#prefixes.get(type);
    return prefix ? prefix + hex(key) : uuid(key);
  }

  /** The type that the id is of, undefined if it doesn't say. */
  typeOf(id: string): string | undefined {
    return [...this.#prefixes].find(([, prefix]) => id.startsWith(prefix))?.[0];
  }

  /** The type that a field or argument such as `deletedVideoId` holds an id of. */
  typeNamedIn(field: string): string | undefined {
    return [...this.#prefixes.keys()].find((type) => field.toLowerCase().endsWith(`${type.toLowerCase()}id`));
  }

  /** Whether an object of the type may have the id: it is one of that type, or one of the two doesn't say. */
  fits(type: string, id: string): boolean {
    return !this.#prefixes.has(type) || [type, undefined].includes(this.typeOf(id));
  }

  /** The ids in a field's arguments, however deep; under '' what doesn't say its type. */
  among(values: object): [type: string, id: string][] {
    return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
      if (typeof value === 'object' && value !== null) return this.among(value);
      if (typeof value !== 'string' || value === '' || !/id$/i.test(name)) return [];
      return [[this.typeOf(value) ?? this.typeNamedIn(name) ?? '', value]];
    });
  }
}

function prefixOf(type: GraphQLObjectType): string[] {
  return /^`(\w+_)`/.exec(type.getFields()['id']?.description ?? '')?.slice(1) ?? [];
}
