import {
  getNamedType,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

import { between, hash } from './hash.ts';
import { Ids, type KnownIds } from './ids.ts';
import { isPage, wholePage } from './pages.ts';
import { lengthOf, member, merge, stated } from './partial.ts';
import { leafValue } from './values.ts';

/** An object of the answer; its fields are made when they are asked for. */
export interface Source {
  readonly type: GraphQLObjectType;
  readonly id: string | undefined;
  /** Names it for the hash: its id, or else the way that leads to it. */
  readonly key: string;
  /** Where it stands in its list, if it has no id. */
  readonly position: number | undefined;
  /** Ids of what it stands in, and its own. */
  readonly known: KnownIds;
  /** What is wanted at this place of the answer, by response names. */
  readonly at: unknown;
  /** What is wanted of such objects, by field names; weaker than `at`. */
  readonly given: unknown;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Where a value is to stand. */
interface Place extends Omit<Source, 'type' | 'id'> {
  readonly parent: Source;
  readonly field: string;
  readonly args: Arguments;
  /** The id that the field is asked for, or a list of them. */
  readonly asked: unknown;
}

/** Makes up an answer, one field after the other. */
export class Answers {
  readonly #schema: GraphQLSchema;
  readonly #seed: string;
  /** Parts of objects, and values, that are wanted of types. */
  readonly #byType: unknown;
  readonly #ids: Ids;

  constructor(schema: GraphQLSchema, seed: string, byType: unknown) {
    this.#schema = schema;
    this.#seed = seed;
    this.#byType = byType;
    this.#ids = new Ids(schema);
  }

  /** What an operation begins with. */
  root(type: GraphQLObjectType, at: unknown): Source {
    const given = member(this.#byType, type.name);
    checkFields(type, given);
    return { type, id: undefined, key: this.#seed, position: undefined, known: new Map(), at, given };
  }

  readonly typeResolver: GraphQLTypeResolver<Source, unknown> = ({ type }) => type.name;

  readonly fieldResolver: GraphQLFieldResolver<Source, unknown, Arguments> = (parent, args, _context, info) => {
    const { fieldName: field, returnType, path } = info;
    const ids = this.#ids.among(args);
    return this.#value(returnType, {
      ...keyAndPosition(parent, field, args),
      parent,
      field,
      args,
      known: new Map([...parent.known, ...ids]),
      asked: args['ids'] ?? ids.at(-1)?.[1],
      at: member(parent.at, path.key),
      given: member(parent.given, field),
    });
  };

  #value(type: GraphQLOutputType, place: Place): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, place);
    if (stated(place.at, place.given) === null) return null;
    if (isListType(type)) return this.#list(type.ofType, place);
    return isLeafType(type) ? this.#leaf(type, place) : this.#object(type, place);
  }

  #list(type: GraphQLOutputType, place: Place): unknown[] {
    const { key, at, given, asked } = place;
    const length = lengthOf(at) ?? lengthOf(given) ?? lengthOf(asked) ?? between(2, 3, key);
    return Array.from({ length }, (_, position) =>
      this.#value(type, {
        ...place,
        key: `${key}.${position}`,
        position,
        at: member(at, position),
        given: member(given, position),
        asked: member(asked, position),
      }),
    );
  }

  #leaf(type: GraphQLLeafType, place: Place): unknown {
    const wanted = stated(place.at, place.given, member(this.#byType, type.name));
    if (wanted !== undefined) return wanted;
    if (type.name === 'ID') return this.#idIn(place);
    const { parent, field, key, position = parent.position } = place;
    return leafValue(type, { parent: parent.type, object: parent.key, field, key, position });
  }

  #idIn({ parent, field, key, known }: Place): string {
    if (field === 'id' && parent.id !== undefined) return parent.id;
    const type = this.#ids.typeNamedIn(field) ?? '';
    return known.get(type) ?? this.#ids.make(type, key);
  }

  #object(type: GraphQLCompositeType, place: Place): Source {
    const object = isObjectType(type) ? type : this.#member(type, place);
    const given = [member(this.#byType, type.name), member(this.#byType, object.name), place.given].reduce(merge);
    checkFields(object, given);
    const id = this.#id(object, place, given);
    return {
      type: object,
      id,
      key: id === undefined ? place.key : `${this.#seed} ${id}`,
      position: id === undefined ? place.position : undefined,
      known: id === undefined ? place.known : new Map([...place.known, [object.name, id]]),
      at: place.at,
      given: isPage(object) ? wholePage(place, given) : given,
    };
  }

  /** Unless one is wanted or asked for: a result's first, which is its success, or any that has an interface. */
  #member(type: GraphQLAbstractType, { key, at, given, asked }: Place): GraphQLObjectType {
    const members = this.#schema.getPossibleTypes(type);
    const parts = [at, given, member(this.#byType, type.name)];
    const wanted = stated(...parts.map((part) => member(part, '__typename')));
    const name = wanted ?? (typeof asked === 'string' ? this.#ids.typeOf(asked) : undefined);
    const named = members.find((one) => one.name === name);
    const found = named ?? members[wanted !== undefined ? -1 : isUnionType(type) ? 0 : hash(key) % members.length];
    if (found) return found;
    throw new Error(`${type.name} is ${members.join(' or ')}, not ${String(wanted)}.`);
  }

  /** The id of an object: the one wanted, asked for or known; what stands in a list is known to nobody yet. */
  #id(type: GraphQLObjectType, { at, asked, known, key, position }: Place, given: unknown): string | undefined {
    if (getNamedType(type.getFields()['id']?.type)?.name !== 'ID') return undefined;
    const wanted = stated(member(at, 'id'), member(given, 'id'));
    if (typeof wanted === 'string') return wanted;
    if (typeof asked === 'string' && this.#ids.fits(type.name, asked)) return asked;
    return (position === undefined ? known.get(type.name) : undefined) ?? this.#ids.make(type.name, key);
  }
}

/** The key leads to the same object through a page's `edges` as through its `nodes`. */
function keyAndPosition(parent: Source, field: string, args: Arguments): Pick<Source, 'key' | 'position'> {
  const { key, position, type } = parent;
  if (field === 'node' && type.name.endsWith('Edge')) return { key, position };
  return { key: `${key}.${field === 'edges' ? 'nodes' : field}${written(args)}`, position: undefined };
}

// How many are asked for doesn't change which they are.
function written({ first: _first, last: _last, ...args }: Arguments): string {
  return Object.keys(args).length > 0 ? JSON.stringify(args) : '';
}

function checkFields(type: GraphQLObjectType, given: unknown): void {
  if (given === undefined) return;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error(`A ${type.name} is an object, not ${JSON.stringify(given)}.`);
  }
  const unknown = Object.keys(given).find((name) => name !== '__typename' && !(name in type.getFields()));
  if (unknown !== undefined) throw new Error(`${type.name} has no field ${unknown}.`);
}
