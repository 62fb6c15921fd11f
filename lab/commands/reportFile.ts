/** Where a run's page is left. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError, Option } from 'commander';
import { environmentError, LabError } from '../../errors/labError.ts';
import type { Observation } from '../../experiment/observation.ts';
import { asJson } from '../report/json.ts';
import { TRACES } from '../report/traces/traces.ts';
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
  await writeWhole(file, page);
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, content);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw environmentError(`${file}: cannot be written: ${(error as Error).message}`);
  }
}

/**
 * Traces of a run, beside its page.
 *
 * @returns where each is, and what opens it
 */
export async function writeTraces(
  page: string,
  observation: Observation,
  formats: readonly string[],
): Promise<string[]> {
  return Promise.all(
    formats.flatMap((name) => {
      const format = TRACES[name];
      if (format === undefined) return [];
      const file = `${page.replace(/\.html$/, '')}${format.ending}`;
      return [
        format
          .of(observation)
          .then((content) => writeWhole(file, content))
          .then(() => `The trace for ${format.openedBy}: ${file}`),
      ];
    }),
  );
}

export interface ReportOptions {
  /** A file; false for none; unset where nothing was said. */
  readonly report?: string | false;
  /** Formats of a trace. */
  readonly trace?: readonly string[];
}

/** Written beside the page. */
export const TRACE = new Option(
  '--trace <format>',
  'a trace of the run beside its page; may be repeated',
)
  .choices(Object.keys(TRACES))
  .argParser((format: string, others: readonly string[] | undefined) => {
    if (format in TRACES) return [...(others ?? []), format];
    throw new InvalidArgumentError(`Allowed choices are ${Object.keys(TRACES).join(', ')}.`);
  });

/** Of a command that sees a run. */
export const REPORT = [
  new Option(
    '--report <file>',
    "the run's page goes there; to .runs/ unless given, with text alone",
  ),
  new Option('--no-report', 'make no page of the run'),
  TRACE,
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
  { report, trace = [] }: ReportOptions,
  isForPeople: boolean,
): Promise<void> {
  const name = observation.stack.replace(/[^\w.-]+/g, '-');
  const file = resolve(report || join(RUNS, `${name}.html`));
  const say = (text: string): void => {
    (isForPeople ? process.stdout : process.stderr).write(`\n${text}\n`);
  };
  for (const line of await writeTraces(file, observation, trace)) say(line);
  if (report === false || (report === undefined && !isForPeople)) return;
  try {
    await writeReport(file, [{ name: observation.stack, observation }]);
    if (report === undefined) await writeFile(join(RUNS, `${name}.json`), asJson(observation));
    say(`The page of this run: ${pathToFileURL(file).href}`);
  } catch (error) {
    if (report !== undefined || !(error instanceof LabError)) throw error;
    say(`There is no page of this run: ${error.message}`);
  }
}
