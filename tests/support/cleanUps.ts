/** What is done after a test, or after all of a file, however they end; tests/support/setup.ts sees to it. */
type CleanUp = () => void;

const afterOne: CleanUp[] = [];
const afterAllOfFile: CleanUp[] = [];

/** Does something after the test that runs, the last first. */
export function afterTest(cleanUp: CleanUp): void {
  afterOne.push(cleanUp);
}

/** Does something after the tests of this file, the last first. */
export function afterTests(cleanUp: CleanUp): void {
  afterAllOfFile.push(cleanUp);
}

export function endTest(): void {
  for (const cleanUp of afterOne.splice(0).reverse()) cleanUp();
}

export function endFile(): void {
  for (const cleanUp of afterAllOfFile.splice(0).reverse()) cleanUp();
}
