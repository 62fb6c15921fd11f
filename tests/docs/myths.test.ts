/** Every myth's experiment is run on real Envoys, and the page has it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../book/outputs/parts.ts';
import { SHOWN } from '../../book/outputs/shown.ts';
import { experimentFile } from '../../experiment/experimentFile.ts';
import { observation } from '../../experiment/observation.ts';
import { readYaml } from '../../lab/objects/yaml.ts';
import { terminalReport } from '../../lab/report/terminal.ts';
import { expectShown } from '../book/checkOutputs.ts';
import { skipIfInconclusive } from '../support/busyMachine.ts';
import { lab } from '../support/lab.ts';
import { ROOT } from '../support/project.ts';

const FOLDER = join(ROOT, 'docs/myths');
const PAGE = readFileSync(join(ROOT, 'docs/myths.md'), 'utf8');
const myths = readdirSync(FOLDER);

describe('the page of myths', () => {
  it('shows the experiments that there are', () => {
    const shown = [...PAGE.matchAll(/--manifests docs\/myths\/([\w-]+)$/gm)].map(([, id]) => id);
    expect(shown.sort()).toEqual(myths.sort());
    expect(myths.length).toBeGreaterThanOrEqual(10);
  });

  it.each(myths)('has the line of the verdict of every expectation: %s', (id) => {
    const file = join(FOLDER, id, 'experiment.yaml');
    const [document] = readYaml(readFileSync(file, 'utf8'), file);
    const { expect: expected = [] } = experimentFile.parse(document?.value);
    const section = PAGE.split(/^## /m).find((text) => text.includes(`docs/myths/${id}\n`)) ?? '';
    expect(expected.length).toBeGreaterThan(0);
    for (const { name } of expected) {
      expect(section.split('\n')).toContainEqual(
        expect.stringMatching(new RegExp(`^${name} .* holds$`)),
      );
    }
  });
});

describe('the experiment', () => {
  for (const id of myths) {
    it(`settles it: ${id}`, async (context) => {
      const { stdout, stderr } = await lab(['run', '--manifests', `docs/myths/${id}`, '--json']);
      expect(stdout, stderr).not.toBe('');
      const seen = observation.parse(JSON.parse(stdout));
      const page = 'docs/myths.md';
      const shown = SHOWN[page]?.find(({ command }) => command.endsWith(`/${id}`));
      if (shown === undefined) throw new Error(`${page} does not have it`);
      expectShown(page, shown, partsOf(terminalReport(seen, false), shown.parts), context);
      expect(seen.faults).toEqual([]);
      expect(seen.requests.length).toBeGreaterThan(0);
      skipIfInconclusive(context, seen);
      expect(seen.verdict).toMatchObject({ outcome: 'holds' });
    });
  }
});
