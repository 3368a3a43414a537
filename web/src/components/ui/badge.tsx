/** How many; `label` says of what. */
export function CountBadge({ count, label }: { count: number; label: string }) {
  return (
    <span className="inline-flex h-5.5 min-w-5.5 items-center justify-center rounded-full bg-accent px-1.5 text-xs font-semibold text-on-accent tabular-nums">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
