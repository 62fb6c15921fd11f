/**
 * Every key of Pulumi.yaml turned to another value and back, by the real CLI: after each
 * `pulumi up` the objects that ran, those on disk and those of `lab synth` are the same, and nothing
 * is left to do.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { digestOf } from '../../experiment/digest.ts';
import { observation as observationSchema } from '../../experiment/observation.ts';
import { BASE, type Settings, titleOf, type Toggle, toggled, TOGGLES } from '../support/toggles.ts';
import { describeWithCli, Project } from './support.ts';

/** Where it runs is another test's (clusterPlatform.test.ts). */
const LOCAL = TOGGLES.filter(({ key }) => key !== 'platform');

describeWithCli('a key that is turned', () => {
  const project = new Project('toggled', BASE);

  const objectsIn = (text: string): object[] =>
    parseAllDocuments(text).map((document) => document.toJS() as object);

  const digests = async (): Promise<Record<string, string>> => {
    const folder = '.lab/toggled/manifests/1-manifest';
    const files = readdirSync(join(project.folder, folder));
    const synth = await project.run('node', ['lab/main.js', 'synth', 'toggled']);
    const { digest } = observationSchema.parse(
      JSON.parse(project.text('.lab/toggled/run/observation.json')),
    );
    return {
      run: digest,
      files: digestOf(files.flatMap((file) => objectsIn(project.text(join(folder, file))))),
      synth: digestOf(objectsIn(synth.stdout)),
    };
  };

  /** `pulumi up` with this configuration; the digest that all agree on. */
  const up = async (settings: Settings): Promise<string> => {
    project.configure(settings);
    await project.succeed('up', '--yes', '--skip-preview');
    const [{ run, files, synth }] = await Promise.all([
      digests(),
      project.succeed('preview', '--expect-no-changes'),
    ]);
    expect({ files, synth }).toEqual({ files: run, synth: run });
    return run ?? '';
  };

  let base = '';
  beforeAll(async () => {
    await project.run('pulumi', ['stack', 'init', 'toggled']);
    base = await up(BASE);
  });

  it.each(LOCAL.map((toggle) => [titleOf(toggle), toggle] as const))(
    '%s, and back',
    async (_, toggle) => {
      const turned = await up(toggled(toggle));
      if (isOfObjects(toggle)) expect(turned).not.toBe(base);
      expect(await up(BASE)).toBe(base);
    },
  );
});

/** Not words for people, nor what only watches, nor what only a cluster has, nor what becomes of the verdict, nor what is foretold. */
function isOfObjects({ key }: Toggle): boolean {
  return ![
    ...['description', 'seed', 'failOnMismatch', 'predict', 'alerts', 'alertLabels'],
    ...['images', 'registry', 'installIstio', 'toolbox'],
  ].includes(key);
}

describe('the table of toggles', () => {
  it('leaves out nothing but the platform', () => {
    expect(TOGGLES.length - LOCAL.length).toBe(1);
  });
});
