/** The sign of the product: a message with a cross. Says nothing to a screen reader. */
export function Logo({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <path
        className="fill-accent"
        d="M6 3h20a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H15l-7 5v-5H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4Z"
      />
      <path className="fill-on-accent" d="M14 8h4v4h4v4h-4v4h-4v-4h-4v-4h4z" />
    </svg>
  );
}
