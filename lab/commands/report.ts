/** `lab report`: a recorded run as one page, or two side by side. */
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { LabError } from '../../errors/labError.ts';
import type { Named } from '../report/html/page.ts';
import { readObservation } from './observationFile.ts';
import { TRACE, writeReport, writeTraces } from './reportFile.ts';

export const command = new Command('report')
  .description('make the page of a recorded run; of two, side by side')
  .argument('<document>', 'a file that lab run --json has written, or an observation.json')
  .argument('[other]', 'another one: local and cluster, before and after')
  .option('-o, --output <file>', 'where to; beside the document unless given')
  .addOption(TRACE)
  .action(report);

interface ReportOptions {
  readonly output?: string;
  readonly trace?: readonly string[];
}

/** @throws LabError for a file that holds no observation, or would be written over */
async function report(
  first: string,
  second: string | undefined,
  options: ReportOptions,
): Promise<void> {
  const files = second === undefined ? ([first] as const) : ([first, second] as const);
  const output = options.output ?? `${first.replace(/\.json$/, '')}.html`;
  if (files.some((file) => resolve(file) === resolve(output))) {
    throw new LabError(
      `${output}: the page would be written over the document; name another file with -o`,
    );
  }
  const read = (file: string): Named => {
    const observation = readObservation(file);
    return { name: files.length === 1 ? observation.stack : basename(file), observation };
  };
  const [one, other] = files;
  await writeReport(output, other === undefined ? [read(one)] : [read(one), read(other)]);
  const traces = await writeTraces(output, readObservation(first), options.trace ?? []);
  process.stdout.write([output, ...traces, ''].join('\n'));
}
