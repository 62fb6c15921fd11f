import { describe, expect, it } from 'vitest';
import { countingServer, gatedServer, startClient, number, tally } from '../support.ts';

describe('paced', () => {
  const paced = { MODE: 'paced', INTERVAL: '10ms' };

  it('keeps its schedule while the server stalls: no request waits for an earlier one', async () => {
    const server = await gatedServer();
    const client = startClient({ ...paced, URL: server.url, REQUESTS: '12' });
    // None is answered until the last has arrived: with one wait among them this would hang.
    await server.arrived(12);
    expect(server.connections()).toBe(12);
    server.open();
    await client.exited;
    const sent = client.events('sent');
    const first = number(sent[0], 'sentAt');
    sent.forEach((line, k) => {
      expect(number(line, 'sentAt')).toBeCloseTo(first + k * 10, 2);
    });
    for (const response of client.events('response')) {
      const took = number(response, 'endedAt') - number(response, 'sentAt');
      expect(number(response, 'timeMs')).toBeCloseTo(took, 2);
    }
  });

  it('counts latency from the time a request was due, also where the client itself stood still', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({ ...paced, URL: server.url, REQUESTS: '200' });
    await client.until(() => client.events('sent')[0]);
    client.signal('SIGSTOP');
    const stoppedAt = Date.now();
    while (Date.now() < stoppedAt + 300) await new Promise((resolve) => setTimeout(resolve, 5));
    const wokenAt = Date.now();
    client.signal('SIGCONT');
    await client.exited;

    const responses = client.events('response');
    expect(responses).toHaveLength(200);
    // Due while the client stood still, with room for the signal's way.
    const overslept = responses.filter(
      (line) => number(line, 'sentAt') > stoppedAt + 50 && number(line, 'sentAt') < wokenAt,
    );
    expect(overslept.length).toBeGreaterThan(20);
    for (const line of overslept) {
      // Clocks of two processes: equal to within a few milliseconds.
      expect(number(line, 'timeMs')).toBeGreaterThan(wokenAt - number(line, 'sentAt') - 5);
    }
  });

  it('records a request beyond MAX_IN_FLIGHT instead of sending it', async () => {
    const server = await gatedServer();
    const client = startClient({ ...paced, URL: server.url, REQUESTS: '6', MAX_IN_FLIGHT: '2' });
    await client.until(() => client.events('response').length === 4);
    server.open();
    await client.exited;
    expect(server.requests).toHaveLength(2);
    expect(client.events('sent')).toHaveLength(2);
    expect(tally(client.events('response'), 'error')).toEqual({ MAX_IN_FLIGHT: 4, undefined: 2 });
    expect(client.events('done')).toMatchObject([{ requests: 6 }]);
  });
});
