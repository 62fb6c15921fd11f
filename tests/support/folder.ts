/** What a test leaves on this machine, and its removal. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterTests } from './cleanUps.ts';

/** A folder that is gone after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'circuit-lab-test-'));
  afterTests(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
