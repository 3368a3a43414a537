import type { ReactNode } from 'react';
import { Workspace } from '../workspace';

export default function DoctorLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <Workspace side="doctor" />
      {children}
    </>
  );
}
