/** An Envoy's own configuration, as it is run on this machine. */
import { expect, it } from 'vitest';
import { standaloneConfiguration } from '../../../lab/local/standalone.ts';
import type { Container, Pod } from '../../../lab/mesh/model.ts';

const CONFIGURATION = `
admin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }
stats_config: { stats_matcher: { reject_all: true } }
static_resources: { listeners: [], clusters: [] }
`;

it('keeps all statistics, which a run reads, whatever it says itself', () => {
  const container = {
    args: ['--config-path', '/etc/envoy/own.yaml'],
    files: { '/etc/envoy/own.yaml': CONFIGURATION },
  } as unknown as Container;
  const { bootstrap } = standaloneConfiguration({ name: 'envoy-0' } as Pod, container);
  expect(bootstrap(() => undefined)).toEqual({
    stats_config: {},
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
    cluster_manager: { outlier_detection: { event_log_path: 'outlier-events.log' } },
    static_resources: { listeners: [], clusters: [] },
  });
});
