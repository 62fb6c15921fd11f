/**
 * Whatever somebody hands to the lab ends in one clear message, or in a mesh whose configuration a
 * real Envoy takes. FUZZ_DOCUMENTS and FUZZ_VALIDATED say how many are tried, FUZZ_SEED which.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LabError } from '../../errors/labError.ts';
import { findEnvoy } from '../../lab/environment/envoyBinary.ts';
import { proxyConfig } from '../../lab/istiod/proxyConfig.ts';
import { gatewayBootstrap, sidecarBootstrap } from '../../lab/local/bootstrap.ts';
import { planOf } from '../../lab/mesh/plan.ts';
import { complete } from '../../lab/mesh/madeUp/complete.ts';
import { read } from '../../lab/objects/files.ts';
import { temporaryFolder } from '../support/folder.ts';
import { documents } from './documents.ts';

const DOCUMENTS = Number(process.env['FUZZ_DOCUMENTS'] ?? 500);
const VALIDATED = Number(process.env['FUZZ_VALIDATED'] ?? 10);
/** Of its own each time; a failure tells the one it was found with. */
const SEED = process.env['FUZZ_SEED'];
const SEEDED = SEED === undefined ? {} : { seed: Number(SEED) };

/** What Envoys would be started with, by the pods' names; undefined where the text is refused. */
function bootstrapsOf(text: string): Map<string, object> | undefined {
  try {
    const { objects } = read([{ text, where: 'a.yaml' }], 'a.yaml');
    const { mesh } = complete(objects);
    planOf(mesh);
    return new Map(
      mesh.pods
        .filter(({ proxy }) => proxy !== 'none')
        .map((pod) => {
          const make = pod.proxy === 'gateway' ? gatewayBootstrap : sidecarBootstrap;
          const loopback = { portOf: () => 1, appPorts: new Map([[8080, 2]]), timeScale: 1 };
          const called = mesh.services.flatMap((service) =>
            service.ports
              .filter(({ protocol }) => protocol === 'tcp')
              .map((port) => ({ service, port })),
          );
          return [pod.name, make(proxyConfig(mesh, pod), pod, loopback, called)];
        }),
    );
  } catch (error) {
    if (error instanceof LabError && error.message.length > 10) return undefined;
    throw error;
  }
}

it('every document is taken, or refused in words', { timeout: 600_000 + 300 * DOCUMENTS }, () => {
  let taken = 0;
  fc.assert(
    fc.property(documents, (text) => {
      const begun = process.cpuUsage();
      if (bootstrapsOf(text) !== undefined) taken += 1;
      const { user } = process.cpuUsage(begun);
      expect(user / 1e6, 'seconds').toBeLessThan(2);
    }),
    { numRuns: DOCUMENTS, ...SEEDED },
  );
  expect(taken).toBeGreaterThan(DOCUMENTS / 20);
});

it('what is taken is what a real Envoy takes', { timeout: 600_000 + 300 * DOCUMENTS }, async () => {
  const { path } = await findEnvoy();
  const folder = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(documents, async (text) => {
      const some = [...(bootstrapsOf(text) ?? [])];
      fc.pre(some.length > 0);
      const file = join(folder, 'bootstrap.json');
      // The last one is of a client, or of what stands behind: any may be wrong.
      for (const [, bootstrap] of some.slice(-2)) {
        writeFileSync(file, JSON.stringify(bootstrap));
        const args = ['--mode', 'validate', '-c', file, '--concurrency', '1', '-l', 'error'];
        await promisify(execFile)(path, args);
      }
    }),
    { numRuns: VALIDATED, endOnFailure: true, ...SEEDED },
  );
});
