import type { ButtonHTMLAttributes, Ref } from 'react';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';
type Size = 'normal' | 'small' | 'icon';

const variants: Readonly<Record<Variant, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  secondary: 'border border-line-strong text-ink hover:bg-sunken',
  quiet: 'text-ink-soft hover:bg-sunken hover:text-ink',
  danger: 'text-danger hover:bg-danger-soft',
};

// Small ones keep a target of 24 pixels, all others of 40 (WCAG 2.2, "Target Size").
const sizes: Readonly<Record<Size, string>> = {
  normal: 'min-h-10 rounded-lg px-4 text-[0.9375rem]',
  small: 'min-h-7 rounded-md px-2.5 text-[0.8125rem]',
  icon: 'size-10 rounded-lg',
};

interface ButtonLook {
  readonly variant?: Variant | undefined;
  readonly size?: Size | undefined;
}

/** The classes of a button, for a link that is to look like one. */
export function buttonClass({ variant = 'primary', size = 'normal' }: ButtonLook = {}): string {
  return `inline-flex shrink-0 items-center justify-center gap-2 font-medium transition-colors disabled:opacity-60 ${variants[variant]} ${sizes[size]}`;
}

/** A button; `type` is `button` unless told otherwise, since a form is sent by one button alone. */
export function Button({
  variant,
  size,
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & ButtonLook & { ref?: Ref<HTMLButtonElement> }) {
  return <button type="button" className={`${buttonClass({ variant, size })} ${className}`} {...rest} />;
}
