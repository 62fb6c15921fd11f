/**
 * Pulumi's SDK loads npm's dependency solver and the TypeScript compiler, to serialize functions, which
 * the program has none of, what drives a Pulumi CLI, and what talks to its engine; that of Kubernetes
 * loads every API group. That is most of the time that they take to load. These are loaded when something
 * of them is used. To be loaded before the SDKs, and before whatever imports them is.
 *
 * And it has the stack, as a text, of each promise that a program might leave unsettled, and of each
 * resource's place in it, for messages of a CLI: more than half the time that a program takes.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const here = createRequire(import.meta.url);
const require = createRequire(here.resolve('@pulumi/pulumi'));

const TO_SERIALIZE = ['typescript', '@npmcli/arborist', 'normalize-package-data'];
const SERVICES = ['callback', 'engine', 'provider', 'resource'];
const TO_TALK = [
  ...['@grpc/grpc-js', '@opentelemetry/api'],
  ...SERVICES.map((service) => `./proto/${service}_grpc_pb.js`),
];
const OTHERS = ['./automation', './dynamic', 'semver'];

for (const name of [...TO_SERIALIZE, ...TO_TALK, ...OTHERS]) loadLate(require.resolve(name));
for (const index of apiGroups()) loadLate(index);
leaveOutStacks();

function leaveOutStacks(): void {
  const promises = require('./runtime/debuggable') as {
    debuggablePromise: (one: unknown) => unknown;
  };
  promises.debuggablePromise = (one) => one;
  const { Resource } = require('./resource') as { Resource: { callsites: () => object[] } };
  Resource.callsites = () => [];
}

function apiGroups(): string[] {
  const folder = dirname(here.resolve('@pulumi/kubernetes'));
  return readdirSync(folder)
    .map((group) => join(folder, group, 'index.js'))
    .filter((index) => existsSync(index));
}

function loadLate(path: string): void {
  const stand = {
    exports: new Proxy(
      {},
      {
        get(_, key) {
          // As a module of this kind it is handed on as it is, and its names are not listed.
          if (key === '__esModule') return true;
          if (require.cache[path] === stand) Reflect.deleteProperty(require.cache, path);
          return Reflect.get(require(path) as object, key) as unknown;
        },
      },
    ),
  } as NodeJS.Module;
  require.cache[path] ??= stand;
}
