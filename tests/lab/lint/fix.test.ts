/** What `--fix` writes is right, keeps what it does not mean, and leaves nothing of the finding. */
import { describe, expect, it } from 'vitest';
import { fixesOf } from '../../../lab/lint/fix.ts';
import { readYaml, writeYaml } from '../../../lab/objects/yaml.ts';
import { RULES } from '../../../lab/lint/rules.ts';
import { sideOf } from '../../../lab/lint/experiment.ts';
import { idsOf, lintText } from './linted.ts';

const FIXABLE = ['CL002', 'CL003', 'CL004', 'CL005', 'CL006', 'CL007', 'CL011', 'CL015', 'CL025'];

describe.each(RULES)('$id $name', (rule) => {
  const { manifests } = sideOf(rule, 'bad');
  const { common } = rule.experiment;

  it(FIXABLE.includes(rule.id) ? 'is mended by --fix' : 'is left to people', () => {
    const linted = lintText(manifests, common);
    const own = linted.found.filter(({ finding }) => finding.rule === rule.id);
    const [fixed] = fixesOf(own, () => manifests);
    if (!FIXABLE.includes(rule.id)) {
      expect(fixed).toBeUndefined();
      return;
    }
    expect(own.every(({ finding }) => finding.fixable)).toBe(true);
    expect(fixed?.diff).toMatch(/^--- rules\.yaml\n\+\+\+ rules\.yaml\n@@ /);
    expect(idsOf(lintText(fixed?.text ?? '', common))).not.toContain(rule.id);
  });
});

it.each(RULES.filter(({ id }) => FIXABLE.includes(id)))(
  '$id is mended in a List of JSON, which stays one',
  (rule) => {
    const { manifests } = sideOf(rule, 'bad');
    const { common } = rule.experiment;
    const items = readYaml(manifests, 'rules.yaml').map(({ value }) => value);
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2);
    const own = lintText(text, common).found.filter(({ finding }) => finding.rule === rule.id);
    const [fixed] = fixesOf(own, () => text);
    expect(() => JSON.parse(fixed?.text ?? '') as unknown).not.toThrow();
    expect(idsOf(lintText(fixed?.text ?? '', common))).not.toContain(rule.id);
  },
);

/** As the first seed's outlier.yml: weights at a gateway, policies on subsets. */
const BYPASSED = `# the door
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: server
spec:
  hosts:
    - "*" # whoever asks
  gateways:
    - front
  http:
  - route:
    - destination: {host: server, subset: v1}

---

apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: server
spec:
  host: server
  subsets:
  - name: v1
    labels: {version: v1}
    trafficPolicy:
      # one error, then out
      outlierDetection: {consecutive5xxErrors: 1, maxEjectionPercent: 50}
`;

describe('a VirtualService for every host of a gateway', () => {
  it('becomes a List with its second where it is alone in a file of JSON', () => {
    const [route, ...others] = readYaml(BYPASSED, 'rules.yaml').map(({ value }) => value);
    const text = JSON.stringify(route, null, 2);
    const rest = others.map(writeYaml).join('---\n');
    const [fixed] = fixesOf(lintText(`${text}\n---\n${rest}`).found, () => text);
    expect(fixed?.text).toContain(text);
    expect(JSON.parse(fixed?.text ?? '')).toMatchObject({
      kind: 'List',
      items: [route, { kind: 'VirtualService', metadata: { name: 'server-inside-the-mesh' } }],
    });
    expect(idsOf(lintText(`${fixed?.text ?? ''}\n---\n${rest}`))).toEqual([]);
  });

  const [fixed] = fixesOf(lintText(BYPASSED).found, () => BYPASSED);

  it('stays as it is, and one for the mesh is added behind all else', () => {
    expect(fixed?.text.startsWith(BYPASSED)).toBe(true);
    expect(fixed?.text.slice(BYPASSED.length)).toBe(`---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: server-inside-the-mesh
spec:
  hosts:
    - server
  http:
    - route:
        - destination:
            host: server
            subset: v1
`);
  });

  it('bypasses nothing any more', () => {
    expect(idsOf(lintText(BYPASSED))).toEqual(['CL001', 'CL002']);
    expect(idsOf(lintText(fixed?.text ?? ''))).toEqual([]);
  });
});
