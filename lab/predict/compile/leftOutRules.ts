/** What of DestinationRules the simulation does not do. */
import type { LeftOut } from '../../../experiment/leftOut.ts';
import type { Mesh } from '../../mesh/model.ts';

export function ofRules(destinationRules: Mesh['destinationRules']): LeftOut[] {
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
