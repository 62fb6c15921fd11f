import { describe, expect, it } from 'vitest';
import { labHere as lab } from '../../support/labHere.ts';

describe.concurrent('lab doctor', () => {
  it('says what is there and what each is for, and ends well where the lab can run', async () => {
    const { code, stdout, stderr } = await lab(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of ['Node', 'Python with pip', 'Envoy', 'Pulumi CLI', 'kubectl', 'a cluster']) {
      expect(stdout).toMatch(new RegExp(`^${name} {2,}\\S`, 'm'));
    }
    expect(stdout).toContain(process.versions.node);
    expect(stdout).toMatch(/The local platform has everything that it needs\.\n$/);
  });

  it('ends with 2 where an Envoy is named that is none', async () => {
    const { code, stdout } = await lab(['doctor'], { ENVOY_PATH: '/nowhere/envoy' });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^Envoy +MISSING/m);
    expect(stdout).toContain('ENVOY_PATH is /nowhere/envoy');
  });
});
