/** What the linter finds in published manifests, looked through one by one: docs/lint-findings.md. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lintSource } from '../../lab/commands/lint.ts';
import { temporaryFolder } from '../support/folder.ts';
import { lab } from '../support/lab.ts';
import { describePublished, observed, published } from './published.ts';

async function findingsIn(collection: string, ...files: readonly string[]): Promise<string[]> {
  const { report } = await lintSource(undefined, { manifests: published(collection, ...files) });
  return report.findings.map(({ rule, line }) => `${rule}:${line ?? 0}`);
}

const SERVERS = 'deployment_502.yml';

describePublished('of the files in ../shared/yaml', () => {
  it.each<[string, string[], string[]]>([
    ['seed', ['deployment.yml', 'destination_max_5.yml'], []],
    ['seed', ['deployment.yml', 'destination_fail_fast.yml'], ['CL008:12', 'CL027:12']],
    ['seed', [SERVERS, 'bad.yml'], ['CL013:18']],
    ['seed', [SERVERS, 'outlier.yml'], ['CL001:53', 'CL002:25', 'CL012:67', 'CL012:89']],
    ['seed', [SERVERS, 'outlier_no_gateway.yml'], ['CL012:52', 'CL012:74']],
    ['seed', [SERVERS, 'outlier_no_gateway_retry.yml'], ['CL012:52', 'CL012:74']],
    ['seed', ['load_testing_tool.yml'], []],
    ['istio-task', [''], ['CL021:13', 'CL009:10', 'CL012:18']],
    ['bookinfo', [''], []],
    ['recommendation', ['virtual-service-recommendation-v2_retry.yml'], []],
    [
      'recommendation',
      ['destination-rule-recommendation_cb_policy_pool_ejection.yml'],
      ['CL001:12', 'CL005:20', 'CL005:34'],
    ],
    [
      'recommendation',
      ['destination-rule-recommendation_cb_policy_version_v2.yml'],
      ['CL021:18', 'CL009:20', 'CL012:25'],
    ],
  ])('%s %j has these findings and no others', async (collection, files, findings) => {
    expect(await findingsIn(collection, ...files)).toEqual(findings);
  });

  it('outlier.yml is mended by --fix: nothing of it is moved, and inside the mesh its policy holds', async () => {
    const [original = ''] = published('seed', 'outlier.yml');
    const file = join(temporaryFolder(), 'outlier.yml');
    copyFileSync(original, file);
    const { code, stdout } = await lab([
      ...['lint', '--fix', '--manifests', file],
      ...['--manifests', ...published('seed', SERVERS)],
    ]);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^\+ {2}name: pyserver-inside-the-mesh$/m);
    expect(stdout).not.toMatch(/^-[^-]/m);
    const after = readFileSync(file, 'utf8');
    expect(after.startsWith(readFileSync(original, 'utf8'))).toBe(true);

    const { requests, faults, explanation } = await observed(
      [file, ...published('seed', SERVERS)],
      ['--load', 'paced(50ms, requests=40, url=http://pyserver/index)'],
    );
    expect(faults).toEqual([]);
    expect(requests).toHaveLength(40);
    const text = explanation.join('\n');
    for (const pod of [0, 1]) expect(text).toMatch(new RegExp(`pyserver-v2-${pod} was ejected`));
    // Before, it said that no attempt went to a subset.
    expect(text).not.toMatch(/none to its subsets/);
  });
});
