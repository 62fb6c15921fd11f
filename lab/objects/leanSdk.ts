/**
 * Pulumi's SDK loads npm's dependency solver and the TypeScript compiler, to serialize functions, which
 * the program has none of, and what drives a Pulumi CLI: two thirds of the time that the SDK takes to
 * load. They are loaded when something of them is used. To be imported before the SDK.
 */
import { createRequire } from 'node:module';

const require = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));

const TO_SERIALIZE = ['typescript', '@npmcli/arborist', 'normalize-package-data'];
const OTHERS = ['./automation', './dynamic', 'semver'];

for (const name of [...TO_SERIALIZE, ...OTHERS]) loadLate(require.resolve(name));

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
