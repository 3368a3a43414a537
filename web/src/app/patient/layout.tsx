import type { ReactNode } from 'react';
import { Workspace } from '../workspace';

export default function PatientLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <Workspace side="patient" />
      {children}
    </>
  );
}
