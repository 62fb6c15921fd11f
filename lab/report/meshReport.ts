/** What a mesh was understood to be, for people. */
import { stripVTControlCharacters } from 'node:util';
import { CLIENT } from '../../apps/contract.ts';
import type { MeshView } from '../../experiment/meshView.ts';
import { leftOutLines } from './leftOutLines.ts';
import { bold, dim, drawTable } from './table.ts';

export function meshReport(view: MeshView, colour: boolean): string {
  const sections = [
    bold(view.name),
    workloadTable(view),
    serviceTable(view),
    policyTable(view),
    listed('What was understood', understood(view)),
    listed('Made up, as the objects lack it', view.madeUp),
    listed('Left out by the local platform', leftOutLines(view.leftOut)),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

function workloadTable({ workloads }: MeshView): string {
  if (workloads.length === 0) return '';
  return drawTable(
    ['left', 'right', 'left', 'left', 'left'],
    [
      ['workload', 'pods', 'runs', 'proxy', ''],
      ...workloads.map(
        ({ namespace, name, pods, runs, proxy, proxyConcurrency, behaviour, sends }) => [
          `${namespace}/${name}`,
          pods,
          runs,
          proxy === 'none' ? dim('none') : `${proxy}, ${threads(proxyConcurrency ?? 0)}`,
          sends !== null ? sending(sends) : behaving(behaviour),
        ],
      ),
    ],
  );
}

function sending({
  [CLIENT.mode]: mode = 'batch',
  [CLIENT.url]: url = '',
  ...others
}: Readonly<Record<string, string>>): string {
  const told = [
    CLIENT.batchSize,
    CLIENT.batchSpread,
    CLIENT.interval,
    CLIENT.workers,
    CLIENT.requests,
    CLIENT.duration,
    CLIENT.rate,
    CLIENT.steps,
  ]
    .filter((name) => others[name] !== undefined)
    .map((name) => `${name}=${others[name] ?? ''}`);
  return `${mode} (${told.join(', ')}) to ${url}`;
}

function behaving(behaviour: MeshView['workloads'][number]['behaviour']): string {
  if (behaviour === null) return '';
  const { serviceTime, calls = [], errors = [] } = behaviour;
  return [
    ...(serviceTime === undefined ? [] : [`answers after ${serviceTime}`]),
    ...(calls.length === 0
      ? []
      : [`calls ${calls.map((one) => (typeof one === 'string' ? one : one.to)).join(', ')}`]),
    ...errors.map(({ share, status }) => `${100 * share} % ${status}`),
  ].join(', ');
}

function serviceTable({ services }: MeshView): string {
  if (services.length === 0) return '';
  return drawTable(
    ['left', 'left', 'left'],
    [
      ['service', 'ports', 'behind it'],
      ...services.map(({ host, ports, behind }) => [
        host,
        ports.map(({ port, protocol }) => `${port} ${protocol}`).join(', '),
        Object.entries(behind)
          .map(([name, count]) => `${name} x ${count}`)
          .join(', ') || dim('nothing'),
      ]),
    ],
  );
}

function policyTable({ policies }: MeshView): string {
  if (policies.length === 0) return '';
  return drawTable(
    ['left', 'left', 'left'],
    [
      ['policy', 'binds to', 'says'],
      ...policies.map(({ object, binds, says }) => [
        object,
        binds.join('\n') || dim('nothing'),
        says,
      ]),
    ],
  );
}

/** But for what was made up, which is said by itself. */
function understood({ workloads, madeUp }: MeshView): string[] {
  const lines = workloads.flatMap(({ namespace, name, understood: said }) =>
    said === null ? [] : [`${namespace}/${name}: ${said}.`],
  );
  return lines.filter((line) => !madeUp.includes(line));
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [bold(`${title}:`), ...lines.map((line) => `  ${line}`)].join('\n');
}

function threads(count: number): string {
  return count === 1 ? '1 thread' : `${count} threads`;
}
