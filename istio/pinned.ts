/** The Istio with whose configuration the translation is compared, and that installIstio installs. */
export const PINNED_ISTIO = '1.30.3';
