import { Progress } from 'radix-ui';

/** How far something is: `value` from 0 to 1. */
export function Meter({ label, value }: { label: string; value: number }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, value)));
  return (
    <Progress.Root value={percent} aria-label={label} className="bg-sunken mt-3 h-1.5 overflow-hidden rounded-full">
      <Progress.Indicator
        className="bg-accent h-full rounded-full transition-[width]"
        style={{ width: `${percent}%` }}
      />
    </Progress.Root>
  );
}
