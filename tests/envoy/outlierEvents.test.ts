import { describe, expect, it } from 'vitest';
import { parseOutlierEvents } from '../../envoy/outlierEvents.ts';

/** Lines as Envoy writes them: what has a default value is left out. */
const EJECT =
  '{"type":"CONSECUTIVE_GATEWAY_FAILURE","timestamp":"2026-11-22T14:11:20.604Z","cluster_name":"outbound|80||pyserver.circuitbreaker.svc.cluster.local","upstream_url":"127.0.0.1:46225","action":"EJECT","num_ejections":1,"enforced":true,"eject_consecutive_event":{}}';
const UNEJECT =
  '{"timestamp":"2026-11-22T14:12:21.100Z","cluster_name":"outbound|80||pyserver.circuitbreaker.svc.cluster.local","upstream_url":"127.0.0.1:46225","action":"UNEJECT","num_ejections":1,"secs_since_last_action":"60"}';
const NOT_ENFORCED = EJECT.replace('"enforced":true', '"enforced":false');

const ejection = {
  at: Date.parse('2026-11-22T14:11:20.604Z'),
  cluster: 'outbound|80||pyserver.circuitbreaker.svc.cluster.local',
  address: '127.0.0.1:46225',
  ejected: true,
  reason: 'CONSECUTIVE_GATEWAY_FAILURE',
};

describe("Envoy's record of ejections", () => {
  it('is read line by line', () => {
    expect(parseOutlierEvents(`${EJECT}\n${UNEJECT}\n`)).toEqual([
      ejection,
      expect.objectContaining({ at: Date.parse('2026-11-22T14:12:21.100Z'), ejected: false }),
    ]);
  });

  it.each([
    ['nothing where there is nothing yet', '', 0],
    ['no detection that was not enforced', `${NOT_ENFORCED}\n`, 0],
    ['no line that is still being written', `${EJECT}\n${UNEJECT.slice(0, 40)}`, 1],
  ])('says %s', (_, log, events) => {
    expect(parseOutlierEvents(log)).toHaveLength(events);
  });
});
