import type { Destination, VirtualServiceSpec } from '../../istio/virtualService.ts';

/** Where the routes of a VirtualService lead, mirrors too, and the field that says so. */
export function destinationsOf({
  http = [],
  tcp = [],
}: VirtualServiceSpec): { readonly destination: Destination; readonly field: string }[] {
  const ofHttp = http.flatMap(({ route = [], mirror, mirrors = [] }, i) => [
    ...route.map(({ destination }, j) => ({
      destination,
      field: `spec.http.${i}.route.${j}.destination`,
    })),
    ...(mirror === undefined ? [] : [{ destination: mirror, field: `spec.http.${i}.mirror` }]),
    ...mirrors.map(({ destination }, j) => ({
      destination,
      field: `spec.http.${i}.mirrors.${j}.destination`,
    })),
  ]);
  const ofTcp = tcp.flatMap(({ route }, i) =>
    route.map(({ destination }, j) => ({
      destination,
      field: `spec.tcp.${i}.route.${j}.destination`,
    })),
  );
  return [...ofHttp, ...ofTcp];
}
