/** The Envoy that is installed where a machine has none, and that a stand-alone one in a cluster is. */
export const PINNED_ENVOY = '1.40.0';
