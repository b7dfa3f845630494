/** `0.83 ms`, `12.4 ms`, `153 ms`: three digits tell all there is to know. */
export function milliseconds(value: number): string {
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ms`;
}

/** `1 row`, `50 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
