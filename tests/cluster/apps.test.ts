/** The apps as pods: they answer, log, come back after a kill and stop without losing a request. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { deploy, rolledOut, settingsOf } from './deployed.ts';
import { imageTool } from './imageTool.ts';
import { lab } from '../support/lab.ts';
import { kubectl, kubectlOrThrow, podsOf, removeNamespace, namespaceFor } from './kubectl.ts';

const NAMESPACE = namespaceFor('apps');
const SLOW = ['serverDelay=5s', 'batchInterval=6s'];
const skipped = inject('noCluster') !== '' || imageTool === undefined;

/** By name and version (`x-served-by`, and the answer itself). */
const ANSWER: unknown = expect.stringMatching(/pyserver/);

/** Asks a pod's server, through the API server. */
function ask(pod: string, path: string): ReturnType<typeof kubectl> {
  return kubectl(['get', '--raw', `/api/v1/namespaces/${NAMESPACE}/pods/${pod}:5000/proxy${path}`]);
}

/** Asks for the long answer and, when the server answers another request, says that it waits. */
const REQUEST = `
  const http = require('node:http');
  const agent = new http.Agent({ keepAlive: true });
  const get = (path, then) => http.get({ agent, host: process.argv[1], port: 5000, path }, then);
  get('/index', ({ statusCode, headers }) => {
    console.log(statusCode, headers.connection);
    process.exit(0);
  }).on('finish', () => setTimeout(() => {
    get('/healthz', (answer) => answer.resume().on('end', () => console.log('under way')));
  }, 100));
`;

/** A request from the client's pod, which is allowed to ask, that a server has not answered yet. */
async function underWay(pod: string): Promise<{ answer: Promise<string> }> {
  const ip = ['-n', NAMESPACE, 'get', 'pod', pod, '-o', 'jsonpath={.status.podIP}'];
  const node = ['/usr/local/bin/node', '-e', REQUEST, await kubectlOrThrow(ip)];
  const inClient = ['-n', NAMESPACE, 'exec', await onlyPod('pyclient'), '--', ...node];
  const child = spawn('kubectl', inClient, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe('under way');
  return { answer: next() };
}

async function onlyPod(app: string): Promise<string> {
  const [pod, ...others] = await podsOf(NAMESPACE, `app=${app}`);
  expect(others).toEqual([]);
  return pod ?? '';
}

describe.skipIf(skipped)('the apps as pods', () => {
  // Long enough that a busy machine gets to stop a server before it has answered.
  beforeAll(() => deploy(NAMESPACE, SLOW));
  afterAll(() => removeNamespace(NAMESPACE));

  it('answer, and say that they are well', async () => {
    const pod = await onlyPod('pyserver');
    expect(await ask(pod, '/index')).toMatchObject({
      code: 0,
      stdout: ANSWER,
    });
    expect((await ask(pod, '/healthz')).stdout).toBe('ok\n');
  });

  it('log a line for everything that happens', async () => {
    const server = await kubectlOrThrow(['-n', NAMESPACE, 'logs', 'deployment/pyserver']);
    expect(JSON.parse(server.split('\n')[0] ?? '')).toMatchObject({
      event: 'listening',
      port: 5000,
    });
    const log = ['-n', NAMESPACE, 'logs', 'deployment/pyclient'];
    const answered = expect.poll(() => kubectlOrThrow(log), { timeout: 60_000, interval: 500 });
    await answered.toContain('"event":"response"');
    const events = (await kubectlOrThrow(log))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; client: string });
    // Where the machine is busy, it says so as well.
    const told = events.map(({ event }) => event).filter((event) => event !== 'lag');
    expect(new Set(told)).toEqual(new Set(['batch', 'sent', 'response']));
    expect(new Set(events.map((event) => event.client))).toEqual(
      new Set([await onlyPod('pyclient')]),
    );
  });

  it('come back after they were killed', async () => {
    const pod = await onlyPod('pyserver');
    // A second signal ends the program at once, as a kill does.
    const kill = "process.kill(1, 'SIGTERM'); process.kill(1, 'SIGTERM')";
    await kubectl(['-n', NAMESPACE, 'exec', pod, '--', '/usr/local/bin/node', '-e', kill]);
    const restarts = ['-n', NAMESPACE, 'get', 'pod', pod, '-o'];
    const count = 'jsonpath={.status.containerStatuses[0].restartCount}';
    await expect
      .poll(() => kubectlOrThrow([...restarts, count]), { timeout: 60_000, interval: 500 })
      .toBe('1');
    await rolledOut(NAMESPACE, 'pyserver');
    await expect.poll(async () => (await ask(pod, '/index')).code, { timeout: 60_000 }).toBe(0);
  });

  it('answer what is under way before they stop', async () => {
    const pod = await onlyPod('pyserver');
    const log = kubectl(['-n', NAMESPACE, 'logs', pod, '--follow', '--tail=1']);
    const request = await underWay(pod);
    await kubectlOrThrow(['-n', NAMESPACE, 'delete', 'pod', pod, '--wait=false']);
    // `close` is what a server says only once it was told to stop.
    expect(await request.answer).toBe('200 close');
    expect((await log).stdout).toContain('{"event":"stopped"}');
    await rolledOut(NAMESPACE, 'pyserver');
  });

  it('are deployed from what lab synth prints, time and again', async () => {
    const settings = [...settingsOf(NAMESPACE), ...SLOW].flatMap((setting) => ['--set', setting]);
    const { stdout: yaml } = await lab(['synth', 'baseline', ...settings]);
    const again = await kubectl(['apply', '--server-side', '--validate=strict', '-f', '-'], yaml);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    const diff = await kubectl(['diff', '--server-side', '-f', '-'], yaml);
    expect(diff).toMatchObject({ code: 0, stdout: '' });
  });
});
