/** The page's own YAML is run: what it says of its rule and its experiment stays true. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { meshView } from '../../experiment/meshView.ts';
import { observation } from '../../experiment/observation.ts';
import { skipIfInconclusive } from '../support/busyMachine.ts';
import { temporaryFolder } from '../support/folder.ts';
import { lab } from '../support/lab.ts';
import { ROOT } from '../support/project.ts';

const PAGE = readFileSync(join(ROOT, 'docs/five-minutes.md'), 'utf8');

/** The YAML block below the name of its file. */
function block(file: string): string {
  const found = new RegExp(`\`${file}\`[^\\n]*\\n\\n\`\`\`yaml\\n([^]*?)\`\`\``).exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`docs/five-minutes.md: no YAML of ${file}`);
  return found;
}

describe('the five minutes', () => {
  const shop = join(temporaryFolder(), 'shop');
  mkdirSync(shop);
  writeFileSync(join(shop, 'rule.yaml'), block('shop/rule.yaml'));

  it('begin with ten lines, of which the lab makes up the rest as shown', async () => {
    expect(block('shop/rule.yaml').trim().split('\n')).toHaveLength(10);
    const { stdout, stderr } = await lab(['mesh', '--manifests', shop, '--json']);
    expect(stdout, stderr).not.toBe('');
    const { madeUp, policies, leftOut } = meshView.parse(JSON.parse(stdout));
    expect(madeUp).toHaveLength(3);
    for (const sentence of madeUp) expect(PAGE).toContain(sentence);
    for (const { says } of policies) expect(PAGE).toContain(says);
    expect(leftOut).toEqual([]);
  });

  it('have lab init write the file that is shown', async () => {
    const { code, stderr } = await lab(['init', shop]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(PAGE).toContain(readFileSync(join(shop, 'experiment.yaml'), 'utf8').trim());
  });

  it('end with a verdict that holds, and with four connections does not', async (context) => {
    writeFileSync(join(shop, 'experiment.yaml'), block('shop/experiment.yaml'));
    const run = async (): Promise<ReturnType<typeof observation.parse>> => {
      const { stdout, stderr } = await lab(['run', '--manifests', shop, '--json']);
      expect(stdout, stderr).not.toBe('');
      const seen = observation.parse(JSON.parse(stdout));
      expect(seen.faults).toEqual([]);
      skipIfInconclusive(context, seen);
      return seen;
    };
    expect((await run()).verdict).toMatchObject({ outcome: 'holds' });
    const narrower = block('shop/rule.yaml').replace('maxConnections: 10', 'maxConnections: 4');
    writeFileSync(join(shop, 'rule.yaml'), narrower);
    expect((await run()).verdict).toMatchObject({ outcome: 'does not hold' });
  });
});
