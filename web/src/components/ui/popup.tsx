'use client';
import { useId, useRef, useState, type ReactNode } from 'react';
import { Button } from './button';

interface PopupProps {
  /** Name of the button and of what it opens. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly onToggle?: (open: boolean) => void;
}

/**
 * A button that opens a panel of controls under itself. The browser's own popover: it lies above everything, Escape and a click
 * elsewhere close it, and the focus comes back to the button.
 */
export function Popup({ label, icon, children, onToggle }: PopupProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);

  return (
    <>
      <Button ref={button} variant="quiet" size="icon" aria-label={label} aria-expanded={open} title={label} popoverTarget={id}>
        {icon}
      </Button>
      <div
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        onBeforeToggle={(event) => {
          const at = button.current?.getBoundingClientRect();
          if (event.newState !== 'open' || !at) return;
          event.currentTarget.style.top = `${at.bottom + 4}px`;
          event.currentTarget.style.right = `${Math.max(8, document.documentElement.clientWidth - at.right)}px`;
        }}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          onToggle?.(event.newState === 'open');
        }}
        className="fixed inset-auto m-0 max-h-[80dvh] w-72 max-w-[calc(100vw-1rem)] overflow-auto rounded-xl border border-line bg-raised p-4 text-ink shadow-raised"
      >
        {children}
      </div>
    </>
  );
}
