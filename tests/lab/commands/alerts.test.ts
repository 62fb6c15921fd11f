/** `lab alerts`: its formats, and what it and `--serve-metrics` refuse. */
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { labHere as lab } from '../../support/labHere.ts';

it.concurrent('prints a rules file, and nothing else there', async () => {
  const { code, stdout, stderr } = await lab(['alerts', 'fail-fast', '--format', 'prometheus']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { groups } = parse(stdout) as { groups: { name: string; rules: unknown[] }[] };
  expect(groups.map(({ name, rules }) => [name, rules.length])).toEqual([
    ['port 5000 of circuitbreaker/pyserver', 5],
    ['pyserver.circuitbreaker.svc.cluster.local:80', 5],
  ]);
});

it.concurrent('prints a dashboard to import', async () => {
  const { code, stdout } = await lab(['alerts', 'bad-server', '--format', 'grafana']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ title: 'Circuit breakers: bad-server' });
});

it.concurrent('says where there is nothing to watch', async () => {
  const { code, stdout } = await lab(['alerts', 'baseline']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    'No DestinationRule limits anything here or ejects endpoints: there is nothing to watch.\n',
  );
});

it.concurrent.each([
  [
    ['run', 'dev', '--metrics-port', '70000'],
    /^--metrics-port 70000: must be a whole number from 1 to 65535$/,
  ],
  [
    ['run', '--all', '--serve-metrics'],
    /^--serve-metrics goes with one experiment: name its stack, and leave out --all$/,
  ],
  [['alerts'], /^name a stack, or --manifests <file or folder>$/],
  [
    ['alerts', 'fail-fast', '--set', 'alertLabels={"release":1}'],
    /alertLabels.*an object of labels, all values text/,
  ],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await lab(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trim()).toMatch(message);
});
