import { useState } from 'react';

/**
 * How often `id` has changed, but for becoming known: as a key it makes a component anew for everybody else, and lets it stand
 * while it waits for the first.
 */
export function useGeneration(id: string | undefined): number {
  const [last, setLast] = useState({ id, generation: 0 });
  if (last.id === id) return last.generation;
  const next = { id, generation: last.id === undefined ? last.generation : last.generation + 1 };
  setLast(next);
  return next.generation;
}
