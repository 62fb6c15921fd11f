/** What of a mesh the simulation does not do, beside what no run of the lab does. */
import { SERVER } from '../../../apps/contract.ts';
import type { LeftOut } from '../../../experiment/leftOut.ts';
import { type Mesh, podId } from '../../mesh/model.ts';
import { tcpCalls } from '../../mesh/tcpCalls.ts';

/** Of clients that ask at a TCP port there is no prediction at all (modelOf.ts). */
const NO_BYTES =
  'connections of bytes are not predicted, and a predicted call there finds no route';

export function leftOutOf(mesh: Mesh): LeftOut[] {
  return [...ofRules(mesh), ...ofMirrors(mesh), ...ofBacklogs(mesh), ...tcpCalls(mesh, NO_BYTES)];
}

function ofMirrors({ virtualServices }: Mesh): LeftOut[] {
  return virtualServices.flatMap(({ name, namespace, spec }) =>
    (spec.http ?? []).flatMap(({ mirror, mirrors }, index) =>
      mirror === undefined && mirrors === undefined
        ? []
        : [
            {
              object: `VirtualService ${namespace}/${name}`,
              field: `spec.http[${index}].mirror`,
              sentence: 'predicted requests are not mirrored: no copy takes a place in a pool',
              mayChangeOutcomes: true,
            },
          ],
    ),
  );
}

function ofBacklogs({ pods }: Mesh): LeftOut[] {
  return pods.flatMap((pod) =>
    pod.runs.app === 'server' && pod.runs.env[SERVER.backlog] !== undefined
      ? [
          {
            object: `Pod ${podId(pod)}`,
            field: `env ${SERVER.backlog}`,
            sentence: 'a predicted server takes every connection at once, however many wait',
            mayChangeOutcomes: true,
          },
        ]
      : [],
  );
}

function ofRules({ destinationRules }: Mesh): LeftOut[] {
  return destinationRules.flatMap(({ name, namespace, spec }) => {
    const policies = [spec.trafficPolicy, ...(spec.subsets ?? []).map((one) => one.trafficPolicy)];
    const told = (field: string, sentence: string): LeftOut => ({
      object: `DestinationRule ${namespace}/${name}`,
      field: `spec.trafficPolicy.${field}`,
      ...{ sentence, mayChangeOutcomes: true },
    });
    return policies.flatMap((policy) => [
      ...(policy?.connectionPool?.tcp?.maxConnectionDuration === undefined
        ? []
        : [
            told(
              'connectionPool.tcp.maxConnectionDuration',
              'predicted connections are not closed for their age',
            ),
          ]),
      ...(policy?.loadBalancer?.warmup === undefined &&
      policy?.loadBalancer?.warmupDurationSecs === undefined
        ? []
        : [told('loadBalancer.warmup', 'predicted endpoints are called as often from the start')]),
      ...(policy?.loadBalancer?.localityLbSetting?.distribute === undefined
        ? []
        : [
            told(
              'loadBalancer.localityLbSetting.distribute',
              'predicted requests do not go by the weights of localities',
            ),
          ]),
    ]);
  });
}
