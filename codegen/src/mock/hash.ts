/** A number of 32 bits that every machine makes of this text. */
export function hash(text: string): number {
  // FNV-1a, finished as MurmurHash3 is: texts that differ in their last letter differ everywhere.
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** 32 hexadecimal digits. */
export function hex(text: string): string {
  const words = ['a', 'b', 'c', 'd'].map((salt) => hash(salt + text));
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** A UUID of version 4. */
export function uuid(text: string): string {
  return hex(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

/** One of these. */
export function pick<Item>(items: readonly [Item, ...Item[]], text: string): Item {
  return items[hash(text) % items.length] ?? items[0];
}

/** A whole number from `least` to `most`. */
export function between(least: number, most: number, text: string): number {
  return least + (hash(text) % (most - least + 1));
}
