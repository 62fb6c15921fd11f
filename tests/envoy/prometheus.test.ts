/** Proves how several proxies' metrics become one text, and how Prometheus calls a statistic. */
import { expect, it } from 'vitest';
import { merged, metricOf } from '../../envoy/prometheus.ts';

it("is named as Envoy's exposition names it", () => {
  expect(metricOf('upstream_rq_pending_overflow')).toBe(
    'envoy_cluster_upstream_rq_pending_overflow',
  );
  expect(metricOf('circuit_breakers.default.cx_open')).toBe(
    'envoy_cluster_circuit_breakers_default_cx_open',
  );
});

it('has the samples of all proxies after one line of type, whoever lacks the metric', () => {
  const one =
    '# TYPE a counter\na{pod="x"} 1\n\n# TYPE b gauge\nb{pod="x"} 2\nb{pod="x",c="d"} 3\n';
  const other = '# TYPE b gauge\nb{pod="y"} 4\n\n# TYPE c counter\nc{pod="y"} 5\n';
  expect(merged([one, other])).toBe(
    '# TYPE a counter\na{pod="x"} 1\n\n' +
      '# TYPE b gauge\nb{pod="x"} 2\nb{pod="x",c="d"} 3\nb{pod="y"} 4\n\n' +
      '# TYPE c counter\nc{pod="y"} 5\n',
  );
});

it('is nothing where no proxy answers', () => {
  expect(merged([])).toBe('');
});
