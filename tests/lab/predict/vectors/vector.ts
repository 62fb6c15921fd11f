/**
 * A case of Envoy's own unit tests, restated: what goes in and what must come out. Facts only; times
 * are this project's own where Envoy's test has none.
 */
export interface Vector {
  /** Suite and name of the test in Envoy's sources, such as `Http1ConnPoolImplTest.MaxConnections`. */
  readonly restates: string;
  readonly fact: string;
}
