/** The project itself, and small projects like it, for tests of how stacks are read. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseConfig, type RawConfig } from '../../config/parse.ts';
import type { LabConfig } from '../../config/keys.ts';
import { projectDefaults } from '../../config/stackFiles.ts';
import { temporaryFolder } from './folder.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A folder with the project's Pulumi.yaml and these files; gone after the tests. */
export function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  copyFileSync(join(ROOT, 'Pulumi.yaml'), join(folder, 'Pulumi.yaml'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A whole configuration: the project's defaults, and these values over them. */
export function configWith(values: RawConfig = {}): LabConfig {
  return parseConfig({ ...projectDefaults(ROOT), ...values }, 'Pulumi.test.yaml');
}
