// Login and logout on the real program.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubBrowser } from '@/testing/browser';
import { binary, DemoServer } from '@/testing/server';
import { createAuth } from './store';

const server = new DemoServer();

describe.skipIf(binary === undefined)('a session on the real program', () => {
  beforeAll(() => server.start());
  beforeEach(() => void stubBrowser());
  afterEach(() => { vi.unstubAllGlobals(); });
  afterAll(() => server.remove());

  it('is opened by a login with the right password only', async () => {
    const { doctor } = server.pair();
    const password = server.out.split(`${doctor.email}  password `)[1]?.split('\n')[0] ?? '';
    const auth = createAuth({ serverUrl: server.url });

    expect(await auth.login(doctor.email, 'wrong')).toMatchObject({ ok: false, failure: 'wrong' });
    expect(await auth.login(doctor.email, password)).toMatchObject({ ok: true, user: { id: doctor.id, role: doctor.role } });
    expect(auth.store.getState().kind).toBe('in');
  });

  it('is closed by the end of the session, and by a logout that forgets', async () => {
    const forget = vi.fn();
    const { doctor } = server.pair();
    const auth = createAuth({ serverUrl: server.url, token: doctor.token, forget });
    await auth.check();
    expect(auth.store.getState()).toMatchObject({ kind: 'in', user: { email: doctor.email } });

    auth.sessionEnded();
    expect(auth.store.getState()).toEqual({ kind: 'out', reason: 'ended' });

    await auth.check();
    await auth.logout();
    expect(auth.store.getState()).toEqual({ kind: 'out', reason: 'left' });
    expect(forget).toHaveBeenCalledOnce();
    // The token is worth nothing any more.
    await auth.check();
    expect(auth.store.getState()).toEqual({ kind: 'out', reason: 'none' });
  });

  it('is closed even when the server could not hear the logout, as soon as it can', async () => {
    const { patient } = server.pair();
    const auth = createAuth({ serverUrl: server.url, token: patient.token });
    await auth.check();
    await server.stop();
    await auth.logout('idle');
    expect(auth.store.getState()).toEqual({ kind: 'out', reason: 'idle' });
    await auth.check();
    expect(auth.store.getState()).toEqual({ kind: 'unreachable' });

    await server.start();
    await auth.check();
    expect(auth.store.getState()).toEqual({ kind: 'out', reason: 'none' });
  });
});
