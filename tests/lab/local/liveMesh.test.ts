/** A mesh that is live takes other limits and other ways to behave while its processes run on. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findEnvoy } from '../../../lab/environment/envoyBinary.ts';
import { LocalMesh } from '../../../lab/local/localMesh.ts';
import { type Plan, planOf } from '../../../lab/mesh/plan.ts';
import { podId, type Mesh } from '../../../lab/mesh/model.ts';
import { loadSource } from '../../../lab/objects/source.ts';
import { preparedOf } from '../../../lab/watch/prepared.ts';

async function meshWith(...set: string[]): Promise<{ mesh: Mesh; plan: Plan }> {
  const source = await loadSource('dev', { set });
  const { mesh } = preparedOf(source, {}, { batches: undefined, timeScale: 1 });
  return { mesh, plan: planOf(mesh) };
}

let local: LocalMesh;
const ends: string[] = [];
beforeAll(async () => {
  const ignore = (): void => undefined;
  local = new LocalMesh({
    ...(await meshWith()),
    ...{ timeScale: 1, live: true, onAccessLog: ignore, onClientLine: ignore, onLag: ignore },
    envoy: (await findEnvoy({ onProgress: ignore })).path,
    onEnd: (_, how) => ends.push(how),
  });
  await local.start();
});
afterAll(() => local.stop());

/** Of every proxy, by its pod: its Envoy's process, and its limit of connections. */
async function proxies(): Promise<Record<string, [pid: number, limit: number | undefined]>> {
  const each = local.proxies.map(async ({ pod, envoy }) => {
    const clusters = await envoy.admin.clusters();
    const own = clusters.find(({ name }) => /^inbound\|5000|^outbound\|80\|\|pyserver/.test(name));
    return [podId(pod), [envoy.pid, own?.thresholds.max_connections]] as const;
  });
  return Object.fromEntries(await Promise.all(each)) as Awaited<ReturnType<typeof proxies>>;
}

/** The server's application, asked directly. */
async function status(): Promise<number> {
  const [client] = (await meshWith()).plan.clients;
  if (client === undefined) throw new TypeError('no client');
  const { http_proxy: proxy = '' } = await local.wayOf(client);
  const { hostname, port } = new URL(proxy);
  return new Promise((resolve, reject) => {
    request(
      { hostname, port, path: client.url.href, headers: { host: client.url.host } },
      (got) => {
        got.resume();
        resolve(got.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });
}

it('gives every proxy its new limits, by the same processes', async () => {
  const before = await proxies();
  expect(Object.values(before).map(([, limit]) => limit)).toEqual([5, 5]);
  const { mesh, plan } = await meshWith('maxConnections=2');
  expect(await local.update(mesh, plan)).toBe(true);
  await expect
    .poll(async () => Object.values(await proxies()).map(([, limit]) => limit))
    .toEqual([2, 2]);
  const after = await proxies();
  for (const [pod, [pid]] of Object.entries(before)) expect(after[pod]?.[0]).toBe(pid);
});

it('tells servers how to behave, by the same process', async () => {
  expect(await status()).toBe(200);
  const { mesh, plan } = await meshWith('versions={"v1":{"status":502,"delay":"1ms"}}');
  // The pod has another name: this is another mesh.
  expect(await local.update(mesh, plan)).toBe(false);
  const own = await meshWith('serverDelay=1ms');
  const server = own.plan.servers[0];
  if (server === undefined) throw new TypeError('no server');
  const failing = { ...server, env: { ...server.env, STATUS: '502' } };
  expect(await local.update(own.mesh, { ...own.plan, servers: [failing] })).toBe(true);
  await expect.poll(status).toBe(502);
  expect(await local.update(own.mesh, own.plan)).toBe(true);
  await expect.poll(status).toBe(200);
});

it('is no other mesh: with more pods, nothing changes', async () => {
  const before = await proxies();
  const { mesh, plan } = await meshWith('serverReplicas=2', 'maxConnections=1');
  expect(await local.update(mesh, plan)).toBe(false);
  expect(await proxies()).toEqual(before);
});

it('kills a server and brings it back at its port, and takes neither for a fault', async () => {
  const { plan } = await meshWith();
  const [server] = plan.servers;
  if (server === undefined) throw new TypeError('no server');
  await local.kill(podId(server.pod));
  expect(await status()).toBe(503);
  await local.revive(server);
  await expect.poll(status).toBe(200);
  expect(ends).toEqual([]);
});
