/** Every output that README and docs/ show, page by page, in order: how it is made, and how checked. */
import type { Part } from './parts.ts';

export interface Shown {
  /** As the page has it. */
  readonly command: string;
  /**
   * What is called in its place, such as with an option that keeps it from asking.
   * @default - the command itself
   */
  readonly run?: string;
  /** Files that the page shows, written before; they stay for the page's later commands. */
  readonly files?: readonly string[];
  /** What the page says to change in them: file, text, new text. */
  readonly edits?: readonly (readonly [file: string, was: string, is: string])[];
  /** Commands before it that the page tells in words. */
  readonly before?: readonly string[];
  /**
   * The parts of the output that the page shows.
   * @default - all of it
   */
  readonly parts?: readonly Part[];
  /**
   * `words`: the same each time, and compared so. `form`: a real run, whose numbers differ, or a
   * prediction, whose numbers change with the predictor.
   */
  readonly compared: 'words' | 'form';
  /**
   * A quicker command whose output has the same form, for tests.
   * @default - what is called otherwise
   */
  readonly quick?: string;
  /**
   * The file of the test that checks it, where that runs the same anyway, or has what it needs.
   * @default - tests/book/outputs.test.ts
   */
  readonly checkedBy?: string;
  /** What is drawn of the run, beside the page. */
  readonly picture?: { readonly of: string; readonly file: string };
  /** A file that the command leaves where it runs, and where it belongs. */
  readonly leaves?: { readonly name: string; readonly file: string };
  /**
   * `pulumi`: it writes into the project's folder, and so runs in a copy of it, by the Pulumi CLI.
   * `cluster`: it is made by hand on one, with what it says deployed; its test compares it there.
   */
  readonly needs?: 'pulumi' | 'cluster';
}

/** The verdict, without the name of the page that a run leaves. */
const VERDICT: Part = ['expected  ', 'The page of'];

const MYTHS = [
  'the-51st-connection',
  'clients-and-servers',
  'pending-default',
  'per-pod',
  'half-open',
  'zero',
  'gateway-errors',
  'ten-percent',
  'panic',
  'retries-hide',
  'http2-only',
  'connect-timeout',
  'requests-per-connection',
  'free-connections',
];

/** What a preview says of a changed rule, without the resources' long names. */
const CHANGED: Part = ['~ spec: {', '+-command'];

/** In the order of the page. */
const EXPERIMENTS = [
  'baseline',
  'max-connections',
  'fail-fast',
  'one-client-three-servers',
  'three-clients-one-server',
  'three-clients-two-servers',
  'three-by-three',
  'three-clients-four-servers',
  'bad-server',
  'bad-server-gateway',
  'bad-server-canary',
  'bad-server-bypass',
  'servicex',
  'servicex-fixed',
  'envoy-lab',
];

const CLI = 'tests/cli/book.test.ts';

export const SHOWN: Readonly<Record<string, readonly Shown[]>> = {
  'README.md': [
    {
      command: 'npm ci && npm start',
      compared: 'form',
      quick: 'npm run lab -- run fail-fast --time-scale 0.2',
    },
    {
      command: 'npm run up -- fail-fast',
      before: ['npm run down -- fail-fast --yes'],
      run: 'npm run up -- fail-fast --yes --skip-preview --color never',
      quick:
        'npm run up -- fail-fast --yes --skip-preview --color never --config circuit-lab:serverDelay=500ms --config circuit-lab:batchInterval=1200ms',
      parts: [['Diagnostics:', 'Outputs:']],
      compared: 'form',
      needs: 'pulumi',
      checkedBy: CLI,
    },
    {
      command: 'pulumi preview -s fail-fast --diff',
      before: ['pulumi config set -s fail-fast maxConnections 3'],
      run: 'pulumi preview -s fail-fast --diff --color never',
      parts: [CHANGED],
      compared: 'form',
      needs: 'pulumi',
      checkedBy: CLI,
    },
  ],
  'docs/experiments.md': EXPERIMENTS.map((stack) => ({
    command: `npm run lab -- run ${stack}`,
    parts: [VERDICT],
    compared: 'form',
    picture: { of: stack, file: `docs/pictures/${stack}.svg` },
    checkedBy: 'tests/lab/local/stacks.test.ts',
  })),
  'docs/alerts.md': [
    {
      command: 'npm run lab -- run fail-fast --serve-metrics',
      quick: 'npm run lab -- run fail-fast --serve-metrics --time-scale 0.1 --no-report',
      parts: [['its metrics', 'batch 1']],
      compared: 'form',
    },
  ],
  'docs/five-minutes.md': [
    {
      command: 'npm run lab -- mesh --manifests ./shop',
      files: ['shop/rule.yaml'],
      compared: 'words',
    },
    {
      command:
        "npm run lab -- run --manifests ./shop --load 'batch(20, every=1s)' --behaviour 'ratings=200ms' --batches 3",
      parts: [['2 proxies', 'What this run shows']],
      compared: 'form',
    },
    { command: 'npm run lab -- init ./shop', compared: 'words' },
    { command: 'cat shop/experiment.yaml', compared: 'words' },
    {
      command: 'npm run lab -- run --manifests ./shop',
      files: ['shop/experiment.yaml'],
      parts: [VERDICT],
      compared: 'form',
    },
    {
      command: 'npm run lab -- run --manifests ./shop',
      edits: [['shop/rule.yaml', 'maxConnections: 10', 'maxConnections: 4']],
      parts: [VERDICT],
      compared: 'form',
    },
    {
      command: 'npm run up -- shop',
      files: ['shop/rule.yaml', 'shop/experiment.yaml', 'Pulumi.shop.yaml'],
      before: ['npm run down -- shop --yes'],
      run: 'npm run up -- shop --yes --skip-preview --color never',
      parts: [['Diagnostics:', 'Outputs:']],
      compared: 'form',
      needs: 'pulumi',
      checkedBy: CLI,
    },
    {
      command: 'npm run preview -- shop --diff',
      edits: [['shop/rule.yaml', 'maxConnections: 10', 'maxConnections: 4']],
      run: 'npm run preview -- shop --diff --color never',
      parts: [CHANGED],
      compared: 'form',
      needs: 'pulumi',
      checkedBy: CLI,
    },
  ],
  'docs/lint.md': [{ command: 'npm run lab -- lint fail-fast', compared: 'words' }],
  'docs/manifests.md': [
    {
      command: 'npm run lab -- run --manifests ./chain',
      files: ['chain/rules.yaml', 'chain/experiment.yaml'],
      parts: [['batch 1  ', 'proxy of'], VERDICT],
      compared: 'form',
    },
    {
      command:
        'npm run lab -- run --manifests egress.yaml --behaviour api.example.com=200ms --batches 3',
      files: ['egress.yaml'],
      parts: [['batch 1  ', 'proxy of']],
      compared: 'form',
    },
    {
      command:
        "npm run lab -- run --manifests db.yaml --load 'batch(6, every=1s)' --behaviour '*=500ms' --batches 2",
      files: ['db.yaml'],
      parts: [['batch 1  ', 'proxy of']],
      compared: 'form',
    },
  ],
  'docs/myths.md': MYTHS.map((id) => ({
    command: `npm run lab -- run --manifests docs/myths/${id}`,
    parts: [VERDICT],
    compared: 'form',
    checkedBy: 'tests/docs/myths.test.ts',
  })),
  'docs/play.md': [
    {
      command: 'npm run lab -- play dev',
      // Until it has said all; it would go on.
      run: 'lab play dev > said 2>&1 & until grep -q Ctrl-C said || ! kill -0 $!; do sleep 0.2; done; kill $!; wait; cat said',
      parts: [['dev: ', 'stopped by']],
      compared: 'form',
    },
  ],
  'docs/platforms.md': [
    {
      command: 'npm run lab -- preflight baseline',
      compared: 'words',
      needs: 'cluster',
      checkedBy: 'tests/lab/cluster/failures.test.ts',
    },
    {
      command:
        'npm run lab -- observe baseline --set injection=false --set serverDelay=1s --set batchInterval=2s',
      parts: [['observing', 'The page of']],
      compared: 'form',
      needs: 'cluster',
      checkedBy: 'tests/cluster/observe.test.ts',
    },
    {
      command: 'npm run lab -- observe fail-fast --set namespace=nowhere',
      compared: 'form',
      needs: 'cluster',
      checkedBy: 'tests/cluster/observe.test.ts',
    },
  ],
  'docs/predict.md': [
    {
      command: 'npm run preview -- fail-fast',
      run: 'npm run preview -- fail-fast --color never',
      parts: [['Diagnostics:', 'Outputs:']],
      compared: 'form',
      needs: 'pulumi',
      checkedBy: CLI,
    },
    {
      command: 'npm run lab -- run fail-fast',
      parts: [['Predicted beside observed', 'expected  ']],
      compared: 'form',
      quick: 'npm run lab -- run fail-fast --time-scale 0.2',
    },
    {
      command: 'npm run lab -- predict fail-fast --set maxConnections=3 --seeds 400 --verdicts',
      parts: [['what is expected', 'The page of']],
      compared: 'form',
    },
    {
      command:
        'npm run lab -- sweep three-by-three --vary maxConnections=1..20 --vary http1MaxPendingRequests=1..8 --svg sweep.svg',
      parts: [['three-by-three: ', 'Left out']],
      compared: 'form',
      leaves: { name: 'sweep.svg', file: 'docs/sweep.svg' },
    },
    {
      command:
        'npm run lab -- sweep fail-fast --set serverDelay=500ms --set batchInterval=1s --vary maxConnections=1..10 --vary http1MaxPendingRequests=1..6 --check 2',
      parts: [['on real Envoys', 'The page of this sweep']],
      compared: 'form',
    },
    {
      command:
        "npm run lab -- recommend fail-fast --objective 'success >= 99%' --objective 'p99 <= 11s' --check --time-scale 0.1",
      parts: [['fail-fast: ']],
      compared: 'form',
    },
    {
      command: `npm run lab -- recover baseline --disturb 'serverDelay=2s for 4s from 4s' --watch 10s --check --set load=poisson --set requestRate=50/s --set serverDelay=100ms --set 'behaviour={"*":{"concurrency":10}}' --set 'retries={"attempts":3,"perTryTimeout":"300ms","retryOn":"5xx,reset"}'`,
      parts: [['baseline: ', 'Left out']],
      compared: 'form',
    },
  ],
};
