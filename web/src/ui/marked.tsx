/** A text in which words stand out. */
export function Marked({ text, words }: { text: string; words: string }) {
  const found = pattern(words);
  if (!found) return text;
  // Split by what is found: at odd places stands what was.
  return text.split(found).map((part, index) =>
    index % 2 ? (
      <mark key={index} className="bg-warn-soft text-ink rounded-sm">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

/** Whether any of the words are in a text. */
export function hasAny(text: string, words: string): boolean {
  return pattern(words)?.test(text) ?? false;
}

function pattern(words: string): RegExp | undefined {
  const parts = words.match(/[\p{L}\p{N}]{2,}/gu);
  return parts ? new RegExp(`(${parts.join('|')})`, 'iu') : undefined;
}
