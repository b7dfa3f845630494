const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** A size for people: `12.4 MB`. */
export function bytes(count: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), UNITS.length - 1);
  const value = count / 1000 ** power;
  return `${value.toLocaleString('en', { maximumFractionDigits: power > 1 && value < 100 ? 1 : 0 })} ${UNITS[power]}`;
}

/** A length for people: `1:05`, `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const tail = String(rest).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

// One zone and one language on both sides, or the page would change when it comes to life.
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** A day: `Nov 26, 2026`. */
export function day(instant: string): string {
  return DAY.format(new Date(instant));
}

/** An instant: `Nov 26, 2026, 11:20 PM UTC`. */
export function moment(instant: string): string {
  return `${MOMENT.format(new Date(instant))} UTC`;
}

const CONTAINERS: Readonly<Record<string, string>> = {
  avi: 'AVI',
  flv: 'Flash Video',
  matroska: 'Matroska',
  mov: 'QuickTime',
  mp4: 'MP4',
  mpegts: 'MPEG-TS',
  ogg: 'Ogg',
  webm: 'WebM',
};

/** A container's format as its makers write it. */
export function container(format: string | null | undefined): string | null {
  return format == null ? null : (CONTAINERS[format] ?? format);
}

/** What a video is called: its title, or the name of its file. */
export function nameOf(video: { readonly title: string | null; readonly originalFilename: string }): string {
  return video.title ?? video.originalFilename;
}
