/** istiod's names of clusters: `direction|port|subset|host`. */

/** Without what is the same everywhere: `outbound|80|v2|pyserver`. */
export function shortName(name: string): string {
  return name.replace(/\.[^.|]+\.svc\.cluster\.local$/, '');
}

/** Empty for a cluster of a whole service. */
export function subsetOf(name: string): string {
  return name.split('|')[2] ?? '';
}

/** What a service's own cluster and those of its subsets have in common. */
export function serviceOf(name: string): string {
  const [direction = '', port = '', , host = ''] = name.split('|');
  return `${direction}|${port}|${host}`;
}
