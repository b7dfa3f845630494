/**
 * `T` with the fields of every fragment spread in it, all the way down.
 *
 * Generated types show a fragment's fields only to code that asks for that fragment with `getFragmentData`, so that
 * a component cannot come to depend on another one's selection. Code that wants the whole answer uses this.
 */
export type Unmasked<T> = T extends readonly (infer Item)[]
  ? readonly Unmasked<Item>[]
  : T extends object
    ? Flat<Own<T> & Spread<T>>
    : T;

/** Masking exists in types only: the fields were there all along. */
export function unmask<T>(data: T): Unmasked<T> {
  return data as Unmasked<T>;
}

type Flat<T> = { readonly [Key in keyof T]: T[Key] };

type Own<T> = { readonly [Key in keyof T as Exclude<Key, ' $fragmentRefs' | ' $fragmentName'>]: Unmasked<T[Key]> };

type Spread<T> = ' $fragmentRefs' extends keyof T ? All<NonNullable<T[' $fragmentRefs' & keyof T]>> : unknown;

// Parameters are inferred as an intersection: the way from the fragments' union to all of their fields.
type All<Refs> = { [Name in keyof Refs]: (fields: Unmasked<Refs[Name]>) => void }[keyof Refs] extends (
  fields: infer Fields,
) => void
  ? Fields
  : never;
