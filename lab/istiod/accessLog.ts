/** Access logs: off unless a Telemetry resource or the mesh's own configuration asks for them. */
import type { AccessLog, AccessLogFilter } from '../../envoy/listenerMessages.ts';
import { ROOT_NAMESPACE, type Mesh, type Pod } from '../mesh/model.ts';
import { selects } from '../mesh/selects.ts';
import {
  ISTIO_ACCESS_LOG_FORMAT,
  ISTIO_ACCESS_LOG_JSON_FORMAT,
} from '../../envoy/accessLogFormat.ts';
import { typedMessage, extension, message } from '../../envoy/proto.ts';
import type { Any } from '../../envoy/messages.ts';

interface FileAccessLog extends Any {
  readonly path: string;
  readonly log_format: object;
}

interface ExpressionFilter extends Any {
  readonly expression: string;
}

/** The loggers of a pod's listeners, and of the filters in them. */
export interface AccessLogs {
  /** For each request or connection that a filter handled. */
  readonly filter: readonly AccessLog[] | undefined;
  /** For what no filter chain took. */
  readonly listener: readonly AccessLog[] | undefined;
}

const STDOUT = '/dev/stdout';
/** The only provider that every mesh has by name: Envoy's own file logger. */
const ENVOY = 'envoy';
const NOT_ROUTED: AccessLogFilter = { response_flag_filter: { flags: ['NR'] } };

/**
 * The nearest Telemetry resource with access logging decides: the workload's, its namespace's, the
 * mesh's; without one the mesh's configuration does.
 * istio.io/docs/reference/config/telemetry; cases access-log-*.
 */
export function accessLogs(mesh: Mesh, pod: Pod): AccessLogs {
  const config = mesh.meshConfig;
  const entries = telemetryFor(mesh, pod);
  if (entries === undefined) {
    if (!config.accessLogFile) return { filter: undefined, listener: undefined };
    const file = fileLogger(
      config.accessLogFile,
      config.accessLogEncoding ?? 'TEXT',
      config.accessLogFormat,
    );
    return { filter: [file], listener: [{ ...file, filter: NOT_ROUTED }] };
  }
  const loggers = entries
    .filter(({ disabled, providers }) => disabled !== true && isEnvoy(providers))
    .map(({ filter }) => ({
      file: fileLogger(STDOUT, 'TEXT'),
      filters: filter === undefined ? [] : [expression(filter.expression)],
    }));
  return {
    filter: some(loggers.map(({ file, filters }) => filtered(file, filters))),
    listener: some(loggers.map(({ file, filters }) => filtered(file, [NOT_ROUTED, ...filters]))),
  };
}

/** A file logger in Istio's format; `path` is a file, or a stream such as /dev/stdout. */
export function fileLogger(path: string, encoding: 'TEXT' | 'JSON', format = ''): AccessLog {
  return extension(
    'envoy.access_loggers.file',
    typedMessage<FileAccessLog>('extensions.access_loggers.file.v3.FileAccessLog', {
      path,
      log_format:
        encoding === 'TEXT'
          ? { text_format_source: { inline_string: textFormat(format) } }
          : { json_format: jsonFormat(format), json_format_options: {} },
    }),
  );
}

/** A line of one's own ends as a line does. */
function textFormat(format: string): string {
  if (format === '') return ISTIO_ACCESS_LOG_FORMAT;
  return format.endsWith('\n') ? format : `${format}\n`;
}

/** What is no JSON is Istio's own format, as istiod has it. */
function jsonFormat(format: string): object {
  try {
    const own: unknown = JSON.parse(format);
    if (typeof own === 'object' && own !== null) return own;
  } catch {
    // Empty, or wrong.
  }
  return ISTIO_ACCESS_LOG_JSON_FORMAT;
}

type Entry = NonNullable<Mesh['telemetries'][number]['spec']['accessLogging']>[number];

function telemetryFor(mesh: Mesh, pod: Pod): readonly Entry[] | undefined {
  const own = mesh.telemetries.filter(({ namespace }) => namespace === pod.namespace);
  const root = mesh.telemetries.filter(({ namespace }) => namespace === ROOT_NAMESPACE);
  return [
    ...own.filter(({ spec }) => spec.selector && selects(spec.selector.matchLabels, pod.labels)),
    ...[...own, ...root].filter(({ spec }) => spec.selector === undefined),
  ].find(({ spec }) => spec.accessLogging !== undefined)?.spec.accessLogging;
}

/** Without a provider the mesh's default ones are meant: none, or Envoy's where it has a file. */
function isEnvoy(providers: Entry['providers']): boolean {
  return providers?.some(({ name }) => name === ENVOY) ?? false;
}

function expression(text: string): AccessLogFilter {
  return {
    extension_filter: extension(
      'envoy.access_loggers.extension_filters.cel',
      typedMessage<ExpressionFilter>('extensions.access_loggers.filters.cel.v3.ExpressionFilter', {
        expression: text,
      }),
    ),
  };
}

function filtered(file: AccessLog, filters: readonly AccessLogFilter[]): AccessLog {
  const [first] = filters;
  return message<AccessLog>({
    ...file,
    filter: filters.length > 1 ? { and_filter: { filters } } : first,
  });
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
