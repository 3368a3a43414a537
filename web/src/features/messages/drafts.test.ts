import { afterEach, describe, expect, it, vi } from 'vitest';
import { stubBrowser } from '@/testing/browser';
import { clearDrafts, readDraft, writeDraft } from './drafts';

afterEach(() => { vi.unstubAllGlobals(); });

describe('a draft', () => {
  it('is kept per person and conversation', () => {
    stubBrowser();
    writeDraft('u1', 'r1', 'Good mor');

    expect([readDraft('u1', 'r1'), readDraft('u1', 'r2'), readDraft('u2', 'r1')]).toEqual(['Good mor', '', '']);
  });

  it('goes with its text, and all go with the logout', () => {
    const { localStorage } = stubBrowser();
    localStorage.setItem('other', 'stays');
    writeDraft('u1', 'r1', 'a');
    writeDraft('u1', 'r2', 'b');

    writeDraft('u1', 'r1', '');
    expect(localStorage.length).toBe(2);
    clearDrafts();
    expect(localStorage.length).toBe(1);
  });

  it('is forgotten where nothing can be stored', () => {
    vi.stubGlobal('localStorage', { getItem: () => { throw new Error('forbidden'); }, setItem: () => { throw new Error('full'); } });

    expect(() => { writeDraft('u1', 'r1', 'a'); }).not.toThrow();
    expect(readDraft('u1', 'r1')).toBe('');
  });
});
