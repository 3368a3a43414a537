import { describe, expect, it, test } from 'vitest';
import { loginPath, safeReturnPath } from './return_path';

describe('the way back after the login', () => {
  test.each(['/', '/doctor', '/patient/chat/r1?from=list#m2', '/doctor/chat/a%2Fb'])('leads to %s', (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });

  test.each([
    undefined, null, '', 'doctor', 'https://evil.example/', '//evil.example', '/\\evil.example', '/\t/evil.example', '/\n/evil.example',
    'javascript:alert(1)', '/..//evil.example', '/login', '/login/again', '/doctor\u0000',
  ])('does not lead to %j', (path) => {
    expect(safeReturnPath(path)).toBeUndefined();
  });

  it('stands in the address of the login page', () => {
    expect(loginPath('/doctor/chat/r1?x=1')).toBe('/login?next=%2Fdoctor%2Fchat%2Fr1%3Fx%3D1');
    expect(loginPath('//evil.example')).toBe('/login');
    expect(loginPath()).toBe('/login');
  });
});
