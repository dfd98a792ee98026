// SPDX-License-Identifier: BSD-2-Clause
// TAP like the other tests': a failure is noted, and the test goes on to tell all that is wrong.
const tests = [];
let failures = [];

export function test(name, run) {
  tests.push([name, run]);
}

export function check(holds, message) {
  if (!holds) failures.push(message);
  return holds;
}

export function equal(found, wanted, what) {
  const one = JSON.stringify(found),
    other = JSON.stringify(wanted);
  return check(one === other, `${what}: found ${one}, wanted ${other}`);
}

/** Runs those whose name has one of the words; ends the process with 1 where one failed. */
export async function main(words, end) {
  const wanted = tests.filter(
    ([name]) => !words.length || words.some((word) => name.includes(word)),
  );
  let failed = 0;
  console.log(`1..${wanted.length}`);
  for (const [index, [name, run]] of wanted.entries()) {
    const started = Date.now();
    failures = [];
    try {
      await run();
    } catch (error) {
      failures.push(error.stack);
    }
    const took = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${failures.length ? "not ok" : "ok"} ${index + 1} - ${name} # ${took} s`);
    for (const one of failures.slice(0, 20))
      console.log(`#  ${String(one).replaceAll("\n", "\n#  ")}`);
    failed += failures.length > 0;
  }
  await end();
  process.exit(failed ? 1 : 0);
}
