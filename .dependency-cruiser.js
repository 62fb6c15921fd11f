/**
 * The house's arrows: what each room may import of the others. `npm run check` holds every file to it,
 * type imports included; CONTRIBUTING.md says the same in words.
 */

/** What every room may stand on, in the order in which they stand on each other. */
const GROUND = ['errors', 'istio', 'envoy', 'experiment'];

/** What others may know of the apps. */
const CONTRACT = 'apps/contract.ts';

/** A room, and the rooms that it may import beside itself. */
const ROOMS = {
  apps: [],
  errors: [],
  istio: ['errors', CONTRACT],
  envoy: ['errors', 'istio'],
  experiment: ['errors', 'istio', 'envoy', CONTRACT],
  config: [...GROUND, CONTRACT],
  components: [...GROUND, 'config', CONTRACT],
  // The program is evaluated there, under Pulumi's mocks.
  'lab/objects': [...GROUND, 'config', CONTRACT, 'index.ts', 'components/inventory.ts'],
  'lab/mesh': [...GROUND, 'lab/objects', CONTRACT],
  'lab/istiod': [...GROUND, 'lab/objects', 'lab/mesh'],
  'lab/lint': [...GROUND, 'lab/objects', 'lab/mesh', 'lab/istiod', CONTRACT],
  'lab/alerts': [...GROUND, 'lab/objects', 'lab/mesh', 'lab/istiod'],
  policy: [...GROUND, 'lab/objects', 'lab/mesh', 'lab/lint', CONTRACT],
  'lab/analysis': [...GROUND, CONTRACT],
  'lab/watch': [...GROUND, 'lab/objects', 'lab/mesh', 'lab/analysis', CONTRACT],
  'lab/environment': GROUND,
  'lab/local': [
    ...[...GROUND, 'lab/objects', 'lab/mesh', 'lab/istiod', 'lab/analysis', 'lab/watch'],
    ...['lab/environment', CONTRACT],
  ],
  // Of what watching has in common it knows the door for observers, and how to get there, alone.
  'lab/predict': [
    ...[...GROUND, 'lab/objects', 'lab/mesh', 'lab/istiod', 'lab/analysis'],
    ...['lab/watch/observe.ts', 'lab/watch/prepared.ts', CONTRACT],
  ],
  'lab/cluster': [...GROUND, 'lab/objects', 'lab/mesh', 'lab/analysis', 'lab/watch', CONTRACT],
  'lab/play': [
    ...[...GROUND, 'config', 'lab/objects', 'lab/mesh', 'lab/istiod', 'lab/analysis', 'lab/watch'],
    ...['lab/local', 'lab/predict', 'lab/report/html', CONTRACT],
  ],
  'lab/report': [...GROUND, 'lab/analysis', 'lab/watch', 'lab/environment', CONTRACT],
};

const under = (path) => (path.endsWith('.ts') ? `^${path.replaceAll('.', '\\.')}$` : `^${path}/`);

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'files that need each other are one concern, or a third one is missing',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pulumi-in-its-rooms',
      comment: 'only the program, its components and what evaluates them know Pulumi',
      severity: 'error',
      from: {
        path: ['^lab/', '^config/', ...GROUND.map(under)],
        pathNot: '^lab/objects/synth\\.ts$',
      },
      to: { path: 'node_modules/@pulumi/' },
    },
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `arrows-of-${room.replace('/', '-')}`,
      comment: `${room} may import ${allowed.join(', ') || 'no other room'}`,
      severity: 'error',
      from: { path: under(room) },
      to: {
        pathNot: [under(room), ...allowed.map(under)],
        dependencyTypes: ['local'],
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
