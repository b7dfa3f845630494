import { type GraphQLSchema, isObjectType, isOutputType } from 'graphql';

import type { Unmasked } from '../unmask.ts';
import { member, merge, nested } from './partial.ts';

/**
 * What a test wants of an answer, the rest being made up. Objects and lists may be partial; a list sets the length.
 *
 * - `'videos.nodes.0.title'`: the value at this place of the answer;
 * - `'Video.title'`, `'Mutation.deleteVideo'`: a field's, wherever it stands, and its `__typename` if that is a choice;
 * - `Video`, `DateTime`: fields of every such object, or every value of a scalar or enum.
 *
 * The first of these is the strongest, the last the weakest.
 */
export type Overrides<Result = Unknown> = Coordinates & Places<Result>;

type Unknown = Readonly<Record<string, unknown>>;

// Names of types begin with a capital, those of fields don't.
type Coordinates = { readonly [name: Capitalize<string>]: unknown };

type Places<Result> = string extends keyof Result
  ? Unknown
  : Inside<Unmasked<Result>, ''> extends infer Entry extends [place: string, value: unknown]
    ? { readonly [One in Entry as One[0]]?: Part<One[1]> }
    : never;

type Inside<Value, Way extends string> = Value extends readonly (infer Item)[]
  ? Step<Item, `${Way}${number}`>
  : Value extends object
    ? { [Name in keyof Value & string]: Step<Value[Name], `${Way}${Name}`> }[keyof Value & string]
    : never;

type Step<Value, Way extends string> = [Way, Value] | Inside<Value, `${Way}.`>;

type Part<Value> = Value extends readonly (infer Item)[]
  ? readonly Part<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]?: Part<Value[Name]> }
    : Value;

interface Sorted {
  /** Parts of objects, and values, by the names of their types. */
  readonly byType: unknown;
  /** A part of the answer. */
  readonly at: unknown;
}

/** Overrides by what they hold for; throws for names that the schema doesn't have. */
export function sorted(schema: GraphQLSchema, overrides: Overrides): Sorted {
  let [byType, at]: unknown[] = [{}, {}];
  // `Video` comes before `Video.title`.
  for (const [name, value] of Object.entries(overrides).sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (schema.getType(name.split('.', 1).join())) {
      checkName(schema, name);
      byType = merge(byType, nested(name, value));
    } else {
      at = merge(at, nested(name, value));
    }
  }
  return { byType, at };
}

/** Throws if something was wanted where the answer has nothing. */
export function checkPlaces(at: unknown, answer: unknown, place: readonly string[] = []): void {
  if (answer === undefined) throw new Error(`The answer has nothing at ${place.join('.')}.`);
  if (typeof at !== 'object' || at === null) return;
  for (const [name, value] of Object.entries(at)) {
    if (name !== '__typename' && value !== undefined) checkPlaces(value, member(answer, name), [...place, name]);
  }
}

function checkName(schema: GraphQLSchema, name: string): void {
  const [typeName = '', field, ...more] = name.split('.');
  const type = schema.getType(typeName);
  const exists = field === undefined ? isOutputType(type) : isObjectType(type) && field in type.getFields();
  if (!exists || more.length > 0) throw new Error(`Nothing in an answer is a ${name}.`);
}
