/** The calls to the Kubernetes API that an observation needs, each with an error that names it. */
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  AuthorizationV1Api,
  CoreV1Api,
  type KubeConfig,
  KubernetesObjectApi,
  type V1Namespace,
  type V1Pod,
  V1ResourceAttributes,
  V1SelfSubjectAccessReview,
  V1SelfSubjectAccessReviewSpec,
} from '@kubernetes/client-node';
import type { KubernetesObject } from '../objects/object.ts';
import { isUnknownKind, messageIn, refusal, RefusedError, statusOf } from './failures.ts';

export interface LogPosition {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** From this moment on, to the second (RFC 3339); the whole log where undefined. */
  readonly since?: string | undefined;
}

/** What somebody wants to do; the group is empty for Kubernetes' own first kinds. */
export interface Access {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly namespace: string;
}

export class ClusterApi {
  readonly config: KubeConfig;
  readonly server: string;
  readonly #whose: string;
  readonly #core: CoreV1Api;
  readonly #authorization: AuthorizationV1Api;
  readonly #objects: KubernetesObjectApi;

  /** @param whose what every message begins with, such as `stack fail-fast` */
  constructor(config: KubeConfig, whose: string) {
    this.config = config;
    this.server = config.getCurrentCluster()?.server ?? '';
    this.#whose = whose;
    this.#core = config.makeApiClient(CoreV1Api);
    this.#authorization = config.makeApiClient(AuthorizationV1Api);
    this.#objects = config.makeApiClient(KubernetesObjectApi);
  }

  /** Undefined where there is none of this name. */
  namespace(name: string): Promise<V1Namespace | undefined> {
    return this.#named(`read namespace ${name}`, () => this.#core.readNamespace({ name }));
  }

  async pods(namespace: string): Promise<V1Pod[]> {
    const list = await this.#named(`list the pods of namespace ${namespace}`, () =>
      this.#core.listNamespacedPod({ namespace }),
    );
    return list?.items ?? [];
  }

  /** Pods of any namespace, such as ingress gateways. */
  async podsLabelled(selector: string): Promise<V1Pod[]> {
    const list = await this.#named(`list the pods labelled ${selector} of all namespaces`, () =>
      this.#core.listPodForAllNamespaces({ labelSelector: selector }),
    );
    return list?.items ?? [];
  }

  /** An object as the cluster has it; undefined where it has none. */
  async object({ apiVersion, kind, metadata }: KubernetesObject): Promise<object | undefined> {
    const { name, namespace = '' } = metadata;
    return this.#named(`read ${kind} ${namespace}/${name}`, () =>
      this.#objects.read({ apiVersion, kind, metadata: { name, namespace } }),
    );
  }

  /** Those of a namespace, or why they cannot be told: the cluster has no such kind, or hides them. */
  async list(
    apiVersion: string,
    kind: string,
    namespace: string,
  ): Promise<KubernetesObject[] | string> {
    try {
      const { items } = await this.#objects.list(apiVersion, kind, namespace);
      return items as unknown as KubernetesObject[];
    } catch (error) {
      if (isUnknownKind(error) || statusOf(error) === 404) return 'the cluster has no such kind';
      if (statusOf(error) === 403) return 'this user may not list them';
      throw refusal(this.#whose, this.server, `list ${kind} of namespace ${namespace}`, error);
    }
  }

  /** Whether this user may do something, as `kubectl auth can-i` asks it. */
  async may(access: Access): Promise<boolean> {
    const body = Object.assign(new V1SelfSubjectAccessReview(), {
      spec: Object.assign(new V1SelfSubjectAccessReviewSpec(), {
        resourceAttributes: Object.assign(new V1ResourceAttributes(), access),
      }),
    });
    const review = await this.#named('ask what this user may do', () =>
      this.#authorization.createSelfSubjectAccessReview({ body }),
    );
    return review?.status?.allowed === true;
  }

  /**
   * A container's log with a time before each line, as it grows; destroy it to end it.
   *
   * @throws RefusedError, or the system's error where the cluster cannot be reached
   */
  async followLog(position: LogPosition, signal: AbortSignal): Promise<IncomingMessage> {
    const { namespace, pod, container, since } = position;
    const url = new URL(
      `${this.server}/api/v1/namespaces/${namespace}/pods/${pod}/log?` +
        new URLSearchParams({
          container,
          follow: 'true',
          timestamps: 'true',
          ...(since !== undefined && { sinceTime: since }),
        }).toString(),
    );
    // The client's own Log pipes the answer on without a word when the connection breaks.
    const options: https.RequestOptions = { signal };
    await this.config.applyToHTTPSOptions(options);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { get } = url.protocol === 'http:' ? process.getBuiltinModule('node:http') : https;
      get(url, options, resolve).on('error', reject);
    });
    if (response.statusCode === 200) return response;
    throw new RefusedError(response.statusCode ?? 0, messageIn(await text(response)));
  }

  async #named<T>(doing: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (statusOf(error) === 404 && !isUnknownKind(error)) return undefined;
      throw refusal(this.#whose, this.server, doing, error);
    }
  }
}
