// A reporter for node:test: one JSON line for every single test. A suite is counted only when it fails by itself, as
// when one of its hooks throws.
export default async function* report(source) {
  const open = [];  // the names from the outermost suite down to the test at hand; events come in the order of the file
  for await (const { type, data } of source) {
    if (type === 'test:start') open.splice(data.nesting, open.length, data.name);
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, nesting, details, skip, todo } = data;
    const failed = type === 'test:fail';
    const isSuite = details.type === 'suite';
    if (isSuite && !(failed && details.error?.failureType === 'hookFailed')) continue;
    const cause = details.error?.cause ?? details.error;
    yield `${JSON.stringify({
      name: [...open.slice(0, nesting), name].join(' > '),
      passed: !failed,
      skipped: skip !== undefined || todo !== undefined,
      seconds: (details.duration_ms ?? 0) / 1000,
      reason: failed ? String(cause?.stack ?? cause) : undefined,
    })}\n`;
  }
}
