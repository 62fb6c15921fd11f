/** Which cluster is meant: the kubeconfig and the context that kubectl would take. */
import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { environmentError, LabError } from '../../errors/labError.ts';

export interface ClusterOptions {
  /** Path of a kubeconfig; else KUBECONFIG, else ~/.kube/config, else the pod's own account. */
  readonly kubeconfig?: string;
  /** A context of it; else the current one. */
  readonly context?: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** @throws LabError where there is none, or it cannot be used */
export function loadKubeconfig({ kubeconfig, context }: ClusterOptions): KubeConfig {
  const config = new KubeConfig();
  const files = filesOf(kubeconfig);
  const found = files.filter((file) => existsSync(file));
  try {
    if (found.length > 0) loadAll(config, found);
    else if (kubeconfig === undefined && existsSync(SERVICE_ACCOUNT)) config.loadFromCluster();
    else throw environmentError(nothingAt(files));
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw environmentError(
      `kubeconfig ${found.join(', ')}: cannot be read: ${(error as Error).message}`,
    );
  }
  if (context !== undefined) choose(config, context);
  if (config.getCurrentCluster() === null) {
    const names = config.getContexts().map(({ name }) => name);
    throw environmentError(
      `kubeconfig ${found.join(', ')}: its current context '${config.getCurrentContext()}' names ` +
        `no cluster; choose one with --context. Contexts: ${names.join(', ') || 'none'}`,
    );
  }
  return config;
}

function filesOf(given: string | undefined): string[] {
  if (given !== undefined) return [given];
  const listed = process.env['KUBECONFIG']?.split(delimiter).filter((file) => file !== '') ?? [];
  return listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
}

/** The first file's current context counts, as with kubectl. */
function loadAll(config: KubeConfig, [first, ...others]: readonly string[]): void {
  config.loadFromFile(first ?? '');
  for (const file of others) {
    const other = new KubeConfig();
    other.loadFromFile(file);
    config.mergeConfig(other, true);
  }
}

function choose(config: KubeConfig, context: string): void {
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    throw environmentError(
      `--context ${context}: the kubeconfig has no such context. Contexts: ${names.join(', ') || 'none'}`,
    );
  }
  config.setCurrentContext(context);
}

function nothingAt(files: readonly string[]): string {
  return (
    `no kubeconfig: there is no ${files.join(' or ')}. ` +
    'Name one with --kubeconfig or KUBECONFIG, or run the experiment on this machine: lab run'
  );
}

/** What the API server, and a way through it into a pod, may take to answer. */
const ANSWER_LIMIT_MS = 30_000;

/**
 * The same access, every use of which ends with the signal: calls that wait for an answer, logs
 * that are followed, and WebSockets, even one that is still being opened.
 */
export function endedBy(config: KubeConfig, signal: AbortSignal): KubeConfig {
  const bound = Object.create(config) as KubeConfig;
  bound.applySecurityAuthentication = async (context) => {
    await config.applySecurityAuthentication(context);
    context.setSignal(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]));
  };
  bound.applyToHTTPSOptions = async (options: RequestOptions) => {
    await config.applyToHTTPSOptions(options);
    // The first is Node's; the second is known to the WebSockets alone.
    Object.assign(options, {
      signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
      handshakeTimeout: ANSWER_LIMIT_MS,
    });
  };
  return bound;
}
