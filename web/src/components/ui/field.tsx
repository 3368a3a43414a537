import { useId, type InputHTMLAttributes, type ReactNode, type Ref } from 'react';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** What is wrong with the value; read out with the field. */
  readonly error?: string | undefined;
  /** Stands inside the field, at its end. */
  readonly action?: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of input with its label, and what is wrong with it. */
export function Field({ label, error, action, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          className={`h-11 w-full rounded-lg border bg-surface px-3 text-base text-ink -outline-offset-1 placeholder:text-ink-soft ${action ? 'pe-12' : ''} ${error === undefined ? 'border-line-strong' : 'border-danger'}`}
          {...rest}
        />
        {action && <div className="absolute inset-y-0 end-0.5 flex items-center">{action}</div>}
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
