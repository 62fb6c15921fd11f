import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { LabError } from '../../errors/labError.ts';
import type { Key } from '../../config/keys.ts';
import { parseConfig } from '../../config/parse.ts';
import { listStacks, projectDefaults, readStack, withSettings } from '../../config/stackFiles.ts';
import { anyText } from '../support/anyText.ts';
import { configWith, projectWith, ROOT } from '../support/project.ts';

/** What a stack file says of the project's own keys. */
function readConfig(root: string, stack: string): ReturnType<typeof parseConfig> {
  return parseConfig(readStack(root, stack), `Pulumi.${stack}.yaml`);
}

describe('the stacks of the project', () => {
  const SLICE = ['baseline', 'dev', 'fail-fast', 'max-connections'];
  const stacks = listStacks(ROOT);
  const SALT = (
    parse(readFileSync(join(ROOT, 'Pulumi.dev.yaml'), 'utf8')) as { encryptionsalt: string }
  ).encryptionsalt;

  it('are the stack files, by name', () => {
    const files = readdirSync(ROOT).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
    expect(stacks).toEqual(stacks.toSorted());
    expect(new Set(stacks.map((stack) => `Pulumi.${stack}.yaml`))).toEqual(new Set(files));
    expect(stacks).toEqual(expect.arrayContaining(SLICE));
  });

  it.each(stacks)('%s is accepted, and says what it shows', (stack) => {
    expect(readConfig(ROOT, stack).description).not.toBe('');
  });

  // Else the CLI writes them anew, as soon as a stack of theirs is made.
  it.each(stacks)('%s is as the Pulumi CLI writes it: values are text, with a salt', (stack) => {
    const text = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), 'utf8');
    const { config, encryptionsalt } = parse(text) as {
      config: Record<string, unknown>;
      encryptionsalt: string;
    };
    const plain = Object.values(config).filter((value) => typeof value !== 'object');
    expect(plain.filter((value) => typeof value !== 'string')).toEqual([]);
    expect(encryptionsalt).toBe(SALT);
    expect(text).not.toContain('{ ');
  });

  it('have the salt of the empty passphrase', () => {
    const [, salt = '', , nonce = '', sealed = ''] = SALT.split(':');
    const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
    // As Pulumi does it (sdk/go/common/resource/config/crypt.go).
    const key = pbkdf2Sync('', bytes(salt), 1_000_000, 32, 'sha256');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(nonce));
    decipher.setAuthTag(bytes(sealed).subarray(-16));
    const text = decipher.update(bytes(sealed).subarray(0, -16), undefined, 'utf8');
    expect(text + decipher.final('utf8')).toBe('pulumi');
  });

  it.each(SLICE)('%s says only what differs from the defaults', (stack) => {
    const text = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), 'utf8');
    const own = Object.keys((parse(text) as { config: object }).config);
    const defaults = projectDefaults(ROOT);
    const values = readStack(ROOT, stack);
    const repeated = own
      .map((key) => key.replace(/^circuit-lab:/, ''))
      .filter((key) => values[key] === defaults[key]);
    expect(repeated).toEqual([]);
  });

  it("fail-fast is the seed's experiment: 5 connections and 1 pending request", () => {
    expect(readConfig(ROOT, 'fail-fast')).toMatchObject({
      maxConnections: 5,
      http1MaxPendingRequests: 1,
      batchSize: 10,
      serverDelay: '5s',
    });
  });
});

describe('a stack file', () => {
  it('is merged over the defaults key by key', () => {
    const root = projectWith({ 'Pulumi.mine.yaml': 'config:\n  circuit-lab:batchSize: 3\n' });
    expect(readStack(root, 'mine')).toEqual({ ...projectDefaults(ROOT), batchSize: '3' });
  });

  it.each(['{}', 'config: {}', 'config:', 'encryptionsalt: v1:abc'])(
    'that sets nothing leaves the defaults: %j',
    (text) => {
      const root = projectWith({ 'Pulumi.mine.yaml': text });
      expect(readStack(root, 'mine')).toEqual(projectDefaults(ROOT));
    },
  );

  it("may hold keys of others, such as a provider's", () => {
    const root = projectWith({ 'Pulumi.mine.yaml': 'config:\n  kubernetes:context: kind\n' });
    expect(readStack(root, 'mine')).toEqual(projectDefaults(ROOT));
  });

  it.each([
    [
      'config:\n  circuit-lab:expect: [1, 2\n  circuit-lab:batchSize: 3\n',
      'Pulumi.mine.yaml:3: not valid YAML: ',
    ],
    [
      'config:\n  circuit-lab:batchSize: 3\n  circuit-lab:batchSize: 4\n',
      'Pulumi.mine.yaml:3: not valid YAML: Map keys must be unique',
    ],
    ['config:\n\tcircuit-lab:batchSize: 3\n', 'Pulumi.mine.yaml:2: not valid YAML: '],
    ['just text', "Pulumi.mine.yaml:1: must hold a mapping with 'config:' in it"],
    ['', "Pulumi.mine.yaml:1: must hold a mapping with 'config:' in it"],
    [
      'config: 5',
      "Pulumi.mine.yaml: config: must be a mapping such as 'circuit-lab:maxConnections: 5'",
    ],
    [
      'config: [a]',
      "Pulumi.mine.yaml: config: must be a mapping such as 'circuit-lab:maxConnections: 5'",
    ],
    [
      'config:\n  maxConnections: 5\n',
      "Pulumi.mine.yaml: key 'maxConnections' lacks its project: " +
        'write it as circuit-lab:maxConnections',
    ],
  ])('that cannot be used is refused, with its line where YAML has one: %j', (text, message) => {
    const root = projectWith({ 'Pulumi.mine.yaml': text });
    expect(() => readStack(root, 'mine')).toThrow(LabError);
    expect(() => readStack(root, 'mine')).toThrow(message);
  });

  it('with an encrypted value for a key that holds no secret is refused by the key', () => {
    const text = 'config:\n  circuit-lab:maxConnections:\n    secure: v1:abc\n';
    const root = projectWith({ 'Pulumi.mine.yaml': text });
    expect(() => readConfig(root, 'mine')).toThrow(
      `Pulumi.mine.yaml: maxConnections: '{"secure":"v1:abc"}' is not allowed`,
    );
  });
});

describe('a missing stack', () => {
  it('is refused with the nearest one and the list of all', () => {
    const root = projectWith({ 'Pulumi.one.yaml': '{}', 'Pulumi.three.yaml': '{}' });
    expect(() => readStack(root, 'tree')).toThrow(
      new LabError(
        "no stack 'tree': there is no Pulumi.tree.yaml. Did you mean 'three'? Stacks: one, three",
      ),
    );
  });

  it('is what a path is, too: a name cannot lead out of the project', () => {
    expect(() => readStack(ROOT, '../fail-fast')).toThrow("no stack '../fail-fast'");
  });
});

describe('--set', () => {
  const raw = projectDefaults(ROOT);

  it('turns a key, the last one given winning, and keeps everything after the first =', () => {
    const settings = ['maxConnections=3', 'maxConnections=4', 'description=a=b', 'connectTimeout='];
    expect(withSettings(raw, settings)).toEqual({
      ...raw,
      maxConnections: '4',
      description: 'a=b',
      connectTimeout: '',
    });
  });

  it.each(['maxConnections', '=5', ''])('is refused without key and value: %j', (setting) => {
    expect(() => withSettings(raw, [setting])).toThrow(
      new LabError(`--set ${setting}: write it as key=value, such as --set maxConnections=5`),
    );
  });

  it.each([
    [
      'maxConection=5',
      "unknown key 'maxConection'. Did you mean 'maxConnections'? Pulumi.yaml lists",
    ],
    // No key is near: a far one would mislead.
    ['constructor=5', "unknown key 'constructor'. Pulumi.yaml lists"],
  ])('is refused for an unknown key: %s', (setting, message) => {
    expect(() => withSettings(raw, [setting])).toThrow(`--set ${setting}: ${message}`);
  });

  it('is refused for a value that is not allowed, with the way to write it here', () => {
    expect(() => withSettings(raw, ['maxConnections=five'])).toThrow(
      new LabError(
        "--set: maxConnections: 'five' is not allowed. Allowed: a whole number from 0 to " +
          '2147483647 (0: no limit, as in Istio). For example: --set maxConnections=5',
      ),
    );
  });
});

describe('a value on its way through a stack file', () => {
  /** What is read where these values, and no others, were set. -0 and 0 are one number in YAML. */
  const configOf = (given: object): object => ({
    ...configWith(),
    ...(JSON.parse(JSON.stringify(given)) as object),
  });
  const duration = fc.tuple(fc.integer({ min: 1, max: 1440 }), fc.constantFrom('ms', 's', 'm'));
  const durationText = duration.map((parts) => parts.join(''));
  const limit = fc.integer({ min: 0, max: 2_147_483_647 });
  // Texts that YAML would read as something else, beside any other line.
  const line = fc.oneof(
    anyText.filter((text) => !text.includes('\n')),
    fc.constantFrom('yes', 'null', '~', '5', '1e3', '0x10', '- a', '{a: b}', '# a', "'", 'a: b'),
  );
  const anyRange = fc.tuple(fc.nat(100), fc.nat(100)).map((pair) => pair.sort((a, b) => a - b));
  const values: Partial<Record<Key, fc.Arbitrary<unknown>>> = {
    description: line,
    seed: line,
    platform: fc.constantFrom('local', 'kubernetes'),
    injection: fc.boolean(),
    batchSize: fc.integer({ min: 1, max: 1000 }),
    serverDelay: durationText,
    connectTimeout: durationText,
    maxConnections: limit,
    maxRetries: limit,
    useClientProtocol: fc.boolean(),
    tcpKeepalive: fc.record({ probes: limit, time: durationText }, { requiredKeys: [] }),
    retryBudget: fc.record({ percent: fc.double({ min: 0, max: 100, noNaN: true }) }),
    outlierDetection: fc.record(
      { consecutive5xxErrors: limit, interval: durationText, maxEjectionPercent: fc.nat(100) },
      { requiredKeys: [] },
    ),
    expect: fc.array(
      fc.record({ name: line.filter((text) => text !== ''), count: anyRange, because: line }),
      { maxLength: 3 },
    ),
  };
  const stack = fc.record(values as Record<Key, fc.Arbitrary<unknown>>, { requiredKeys: [] });

  it('stays what it was, as text, number, truth or structure', () => {
    const root = projectWith({});
    const file = join(root, 'Pulumi.mine.yaml');
    fc.assert(
      fc.property(stack, (given) => {
        const config = Object.entries<unknown>(given).map(([key, value]): [string, unknown] => [
          `circuit-lab:${key}`,
          value,
        ]);
        writeFileSync(file, stringify({ config: Object.fromEntries(config) }));
        expect(readConfig(root, 'mine')).toEqual(configOf(given));
      }),
    );
  });

  it('does so through --set as well, in the text form that Pulumi uses', () => {
    fc.assert(
      fc.property(stack, (given) => {
        const settings = Object.entries(given).map(
          ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
        );
        const raw = withSettings(projectDefaults(ROOT), settings);
        expect(parseConfig(raw, '--set')).toEqual(configOf(given));
      }),
    );
  });
});
