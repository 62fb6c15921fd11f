/** Pulumi.yaml declares what config/keys.ts reads: the two can not drift. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Key, keys } from '../../config/keys.ts';
import { projectDefaults } from '../../config/stackFiles.ts';
import { configWith, ROOT } from '../support/project.ts';

interface Declaration {
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

const declared = (
  parse(readFileSync(join(ROOT, 'Pulumi.yaml'), 'utf8')) as {
    config: Record<string, Declaration>;
  }
).config;

const names = Object.keys(keys) as Key[];

/** The name that Pulumi.yaml has for a value's type. */
function pulumiType(value: unknown): string {
  // An optional duration that is left empty.
  if (value === undefined) return 'string';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}

describe('Pulumi.yaml', () => {
  it('declares exactly the keys that are read', () => {
    expect(Object.keys(declared).sort()).toEqual(names.toSorted());
  });

  it.each(names)('declares %s with the type that is read, a default and a description', (key) => {
    const { type, default: value, description } = declared[key] as Declaration;
    expect(pulumiType(value), 'the default itself').toBe(type);
    expect(pulumiType(configWith()[key]), 'the default as it is read').toBe(type);
    expect(description).toMatch(/^\S.*\.$/);
  });

  it('says something of its own about every key', () => {
    const descriptions = Object.values(declared).map(({ description }) => description);
    expect(new Set(descriptions).size).toBe(names.length);
  });
});

describe('the defaults', () => {
  it('come from Pulumi.yaml: a value changed there is the value that is read', () => {
    const raw = { ...projectDefaults(ROOT), batchSize: '77' };
    expect(projectDefaults(ROOT)['batchSize']).toBe(String(declared['batchSize']?.default));
    expect(configWith(raw).batchSize).toBe(77);
  });

  it("are the seed's experiment without a limit, on the local platform", () => {
    expect(configWith()).toMatchObject({
      platform: 'local',
      namespace: 'circuitbreaker',
      injection: true,
      serverReplicas: 1,
      serverDelay: '5s',
      clientReplicas: 1,
      batchSize: 10,
      maxConnections: 0,
      http1MaxPendingRequests: 0,
      connectTimeout: undefined,
      outlierDetection: {},
      expect: [],
    });
  });
});

describe('every key', () => {
  it.each(names)('%s reads the example that its error message offers', (key) => {
    expect(() => configWith({ [key]: keys[key].example })).not.toThrow(/is not allowed/);
  });

  it.each(names)('%s refuses what is no value of its type, and names itself', (key) => {
    expect(() => configWith({ [key]: 'two\nlines' })).toThrow(
      `Pulumi.test.yaml: ${key}: 'two\nlines' is not allowed`,
    );
  });
});
