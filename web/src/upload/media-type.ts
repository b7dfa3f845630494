// What browsers often know no type of, by the end of the file's name.
const TYPES: Readonly<Record<string, string>> = {
  avi: 'video/x-msvideo',
  m4v: 'video/x-m4v',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  ogv: 'video/ogg',
  ts: 'video/mp2t',
  webm: 'video/webm',
};

/** A file's media type: as the browser has it, or by its name. */
export function mediaType({ name, type }: File): string {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return type || (TYPES[ending] ?? 'application/octet-stream');
}
