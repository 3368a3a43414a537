// Stands alone, for the types of the package are made of it.
import type { ReactNode } from 'react';

export interface ChatBarProps {
  /** Which conversation. */
  readonly doctorPatientRelationId: string;
  /** The id of the user who looks at it. Until it is known, the component shows the shape of a conversation. */
  readonly userId: string | undefined;
  /** Origin of the server, such as `https://chat.clinic.example`. */
  readonly serverUrl?: string | undefined;
  /** JSON Web Token; without one the cookie `token` identifies. */
  readonly token?: string | undefined;
  /** Language of the interface; English when absent. */
  readonly locale?: 'en' | 'hi' | undefined;
  readonly className?: string | undefined;
  /** The server no longer knows the user: time to show the login. */
  readonly onSessionEnd?: (() => void) | undefined;
  /** Name of the other person, for the heading before their first message is loaded. */
  readonly name?: string | undefined;
  /** Stands at the start of the heading, for a way back. */
  readonly leading?: ReactNode;
  /** Opens a page of the application (a path) that a message points to; without it the browser goes there. */
  readonly onNavigate?: ((path: string) => void) | undefined;
}
