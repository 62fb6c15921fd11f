/** The file of an experiment beside its manifests, and what the command line says over it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { loadSource, type Source, type SourceOptions } from '../../../lab/objects/source.ts';
import { documents, objects } from '../../support/manifests.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  write('mesh.yaml', documents(...Object.values(objects)));
});

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function load(options: SourceOptions = {}): Promise<Source> {
  return loadSource(undefined, { manifests: folder, ...options });
}

const FILE = `description: what it shows
behaviour:
  pyserver: {serviceTime: 20ms, concurrency: 3}
load: closed(5, requests=20)
batches: 4
expect:
  - name: all
    status: 200
    count: [20, 20]
`;

describe('experiment.yaml', () => {
  it('is no manifest, and says what is sent, how servers behave, what is expected', async () => {
    write('experiment.yaml', FILE);
    const { objects: found, experiment } = await load();
    expect(found).toHaveLength(4);
    expect(experiment).toMatchObject({
      description: 'what it shows',
      behaviour: { pyserver: { serviceTime: '20ms', concurrency: 3 } },
      clientLoad: { mode: 'closed', workers: 5, requests: 20 },
      batches: 4,
      expect: [{ name: 'all', status: 200, count: [20, 20] }],
    });
  });

  it('is found beside a file, too, and named once', async () => {
    const file = write('experiment.yaml', FILE);
    const manifests = [join(folder, 'mesh.yaml'), file];
    expect((await load({ manifests })).experiment).toMatchObject({ batches: 4 });
  });

  it('gives way to the command line', async () => {
    write('experiment.yaml', FILE);
    const { experiment, notDone } = await load({
      load: 'hey -n 10 -c 2 -m POST http://pyserver/',
      behaviour: ['pyserver=5ms', '*=1ms'],
    });
    expect(experiment.clientLoad).toMatchObject({ mode: 'closed', workers: 2, requests: 10 });
    expect(experiment.behaviour).toEqual({
      pyserver: { serviceTime: '5ms' },
      '*': { serviceTime: '1ms' },
    });
    expect(notDone).toEqual(['hey -m: every request is a GET without a body']);
  });

  it('takes part in the digest, wherever it is said', async () => {
    const plain = await load();
    const line = await load({ load: 'closed(5)' });
    write('experiment.yaml', 'load: closed(5)\n');
    const file = await load();
    write('experiment.yaml', 'load: closed(6)\n');
    const other = await load();
    expect(new Set([plain.digest, line.digest, other.digest]).size).toBe(3);
    expect(file.digest).toBe(line.digest);
  });

  it('is an object where it says that it is one', async () => {
    write('experiment.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: experiment}\n');
    expect((await load()).objects).toHaveLength(5);
  });

  test.each([
    ['laod: closed(5)\n', ":1: laod is not a field known here. Did you mean 'load'?"],
    ['\nload: clsoed(5)\n', ':2: load is "clsoed(5)": load \'clsoed(5)\': must be a load such as'],
    ['batches: 1\nbehaviour:\n  a: soon\n', ':3: behaviour.a is "soon": must be a time'],
    ['batches: -1\n', ':1: batches is -1: must be at least 0'],
    ['a: 1\n---\nb: 1\n', ': is one document, and not 2'],
  ])('%j is refused', async (text, message) => {
    const file = write('experiment.yaml', text);
    await expect(load()).rejects.toThrow(LabError);
    await expect(load()).rejects.toThrow(`${file}${message}`);
  });

  it('is refused where there are two', async () => {
    write('experiment.yaml', FILE);
    write('experiment.yml', FILE);
    await expect(load()).rejects.toThrow('one experiment has one such file');
  });
});

it('behaviour.yaml holds behaviours alone', async () => {
  write('behaviour.yaml', 'pyserver: 20ms\n');
  expect((await load()).experiment.behaviour).toEqual({ pyserver: { serviceTime: '20ms' } });
});

describe('a replay', () => {
  test.each([
    ['offset_ms\n0\n12.5\n100\n', '0s,12.5ms,100ms'],
    ['0ms\n1.5s\n', '0s,1.5s'],
    ['offset_s,path\n0,/a\n0.25,/b\n', '0s,250ms'],
    ['time,status\n2026-01-31T10:00:01.250Z,200\n2026-01-31T10:00:01Z,200\n', '0s,250ms'],
  ])('reads %j', async (csv, sendAt) => {
    write('times.csv', csv);
    write('experiment.yaml', 'load: replay(times.csv)\n');
    expect((await load()).experiment.clientLoad).toEqual({ mode: 'replay', sendAt });
  });

  test.each([
    ['0\n12\n', "times.csv: time 1 is '0': the first column must hold times with units"],
    ['offset_ms\n1\nsoon\n', "times.csv: time 2 is 'soon'"],
    ['', 'times.csv: holds no time'],
  ])('refuses %j', async (csv, message) => {
    write('times.csv', csv);
    write('experiment.yaml', 'load: replay(times.csv)\n');
    await expect(load()).rejects.toThrow(message);
  });

  it('refuses a file that is not there', async () => {
    await expect(load({ load: `replay(${join(folder, 'no.csv')})` })).rejects.toThrow(
      'no.csv: cannot be read',
    );
  });
});

describe('samples of a service time', () => {
  it.each(['samples(latencies.csv)', 'samples: latencies.csv'])(
    'are read from "%s"',
    async (law) => {
      write('latencies.csv', 'latency_ms,path\n30,/a\n12.5,/b\n');
      write('experiment.yaml', `behaviour:\n  pyserver: {serviceTime: "${law}"}\n`);
      expect((await load()).experiment.behaviour).toEqual({
        pyserver: { serviceTime: 'samples(30ms,12.5ms)' },
      });
    },
  );

  it('are refused where they are none', async () => {
    write('latencies.csv', 'latency_ms\nfast\n');
    const line = `pyserver=samples(${join(folder, 'latencies.csv')})`;
    await expect(load({ behaviour: [line] })).rejects.toThrow("latencies.csv: time 1 is 'fast'");
  });
});
