export { patience } from '../../../tests/e2e/support/program.mjs';
export { pause, until, within } from '../../../tests/e2e/support/wait.mjs';
