/** Where a run's page is left. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Option } from 'commander';
import { environmentError, LabError } from '../../errors/labError.ts';
import type { Observation } from '../../experiment/observation.ts';
import { asJson } from '../report/json.ts';
import { PROJECT_ROOT } from '../objects/source.ts';
import type { Named } from '../report/html/page.ts';

/**
 * Makes the page and puts it there whole, so that a browser never opens the half of one. What draws it
 * takes a while to load, and is loaded here.
 *
 * @throws LabError where it cannot be written
 */
export async function writeReport(
  file: string,
  documents: readonly [Named] | readonly [Named, Named],
): Promise<void> {
  const { reportPage } = await import('../report/html/page.ts');
  const page = await reportPage(documents);
  const draft = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, page);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw environmentError(`${file}: cannot be written: ${(error as Error).message}`);
  }
}

export interface ReportOptions {
  /** A file; false for none; unset where nothing was said. */
  readonly report?: string | false;
}

/** Of a command that sees a run. */
export const REPORT = [
  new Option(
    '--report <file>',
    "the run's page goes there; to .runs/ unless given, with text alone",
  ),
  new Option('--no-report', 'make no page of the run'),
];

/** For pages that nobody has named a place for, with the documents that they are made of. */
const RUNS = join(PROJECT_ROOT, '.runs');

/**
 * Leaves the page of a run, after its verdict was said, and says where. A place that nobody has named
 * may be one where nothing can be written: that is said, and the run none the worse.
 *
 * @param isForPeople whether the verdict was printed as text
 * @throws LabError where a file that was named cannot be written
 */
export async function leaveReport(
  observation: Observation,
  { report }: ReportOptions,
  isForPeople: boolean,
): Promise<void> {
  if (report === false || (report === undefined && !isForPeople)) return;
  const name = observation.stack.replace(/[^\w.-]+/g, '-');
  const file = resolve(report ?? join(RUNS, `${name}.html`));
  const say = (text: string): void => {
    (isForPeople ? process.stdout : process.stderr).write(`\n${text}\n`);
  };
  try {
    await writeReport(file, [{ name: observation.stack, observation }]);
    if (report === undefined) await writeFile(join(RUNS, `${name}.json`), asJson(observation));
    say(`The page of this run: ${pathToFileURL(file).href}`);
  } catch (error) {
    if (report !== undefined || !(error instanceof LabError)) throw error;
    say(`There is no page of this run: ${error.message}`);
  }
}
