interface AvatarProps {
  readonly name: string;
  readonly online?: boolean | undefined;
  readonly size?: 'normal' | 'large' | undefined;
}

/** A person's initials. Says nothing to a screen reader: the name stands beside it. */
export function Avatar({ name, online = false, size = 'normal' }: AvatarProps) {
  return (
    <span aria-hidden="true" className="relative inline-flex shrink-0">
      <span
        className={`grid place-items-center rounded-full bg-accent-soft font-semibold text-accent-strong ${size === 'large' ? 'size-12 text-base' : 'size-10 text-sm'}`}
      >
        {initials(name)}
      </span>
      {online && <span className="absolute end-0 bottom-0 size-3 rounded-full border-2 border-surface bg-online" />}
    </span>
  );
}

/** First letters of the first and the last name, whole letters of any script; titles such as `Dr.` do not count. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word) && !/^(dr|mr|mrs|ms|prof)\.?$/i.test(word));
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return [first, last].map((word) => word.match(/^\p{L}\p{M}*/u)?.[0].toLocaleUpperCase() ?? '').join('');
}
