// A reporter for `node --test`: one JSON line for every single test. Suites and files are counted only when they
// fail by themselves, as a file that does not parse or a hook that throws.
export default async function* report(source) {
  let failedChildren = 0;
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, file, details, skip, todo } = data;
    const isFile = data.nesting === 0 && file !== undefined && (name === file || file.endsWith(`/${name}`));
    const holdsOthers = details.type === 'suite' || isFile;
    if (holdsOthers) {
      const byItself = type === 'test:fail' && failedChildren === 0 && details.error?.failureType !== 'subtestsFailed';
      if (data.nesting === 0) failedChildren = 0;
      if (!byItself) continue;
    } else if (type === 'test:fail') {
      failedChildren += 1;
    }
    const cause = details.error?.cause ?? details.error;
    yield `${JSON.stringify({
      file: file?.split('/').at(-1),
      name,
      passed: type === 'test:pass',
      skipped: skip !== undefined || todo !== undefined,
      seconds: details.duration_ms / 1000,
      reason: type === 'test:fail' ? String(cause?.stack ?? cause) : undefined,
    })}\n`;
  }
}
