// What a test wants of an answer is a part of it: nested objects and lists, with holes for what it leaves to chance.

/** An object's own property, undefined where there is none. */
export function member(value: unknown, name: PropertyKey): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** The first that isn't a hole; null is none. */
export function stated(...values: readonly unknown[]): unknown {
  return values.find((value) => value !== undefined);
}

/** How long a list is wanted to be; undefined where none is. */
export function lengthOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

/** Both parts; where they differ the second holds. An object with indexes changes these elements of a list. */
export function merge(weak: unknown, strong: unknown): unknown {
  if (strong === undefined) return weak;
  if (!isPlain(strong)) return strong;
  if (Array.isArray(weak)) return weak.map((element, index) => merge(element, member(strong, index)));
  if (!isPlain(weak)) return strong;
  const merged = Object.entries(strong).map(([name, value]) => [name, merge(member(weak, name), value)]);
  return { ...weak, ...Object.fromEntries(merged) };
}

/** `{a: {b: value}}` of `a.b` and its value. */
export function nested(path: string, value: unknown): unknown {
  return path.split('.').reduceRight((inner, name) => ({ [name]: inner }), value);
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
