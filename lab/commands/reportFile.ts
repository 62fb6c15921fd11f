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
 * Makes the page of one run or of two. What draws it takes a while to load, and is loaded here.
 *
 * @throws LabError where it cannot be written
 */
export async function writeReport(
  file: string,
  documents: readonly [Named] | readonly [Named, Named],
): Promise<void> {
  const { reportPage } = await import('../report/html/page.ts');
  await writeWhole(file, await reportPage(documents));
}

/**
 * Puts a file there whole, so that a browser never opens the half of one.
 *
 * @throws LabError where it cannot be written
 */
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

/** Of a command that leaves a page. */
export const PAGE = [
  new Option('--report <file>', 'the page goes there; to .runs/ unless given, with text alone'),
  new Option('--no-report', 'make no page'),
];

/** Of a command that sees a run. */
export const REPORT = [...PAGE, TRACE];

/** For pages that nobody has named a place for, with the documents that they are made of. */
const RUNS = join(PROJECT_ROOT, '.runs');

/**
 * Leaves the traces and the page of a run, after its verdict was said, and says where.
 *
 * @param isForPeople whether the verdict was printed as text
 * @throws LabError where a file that was named cannot be written
 */
export async function leaveReport(
  observation: Observation,
  options: ReportOptions,
  isForPeople: boolean,
): Promise<void> {
  const name = fileName(observation.stack);
  const file = resolve(options.report || join(RUNS, `${name}.html`));
  for (const line of await writeTraces(file, observation, options.trace ?? [])) {
    say(line, isForPeople);
  }
  await leavePage(
    {
      ...{ name, of: 'this run', document: observation },
      page: async () => {
        const { reportPage } = await import('../report/html/page.ts');
        return reportPage([{ name: observation.stack, observation }]);
      },
    },
    options,
    isForPeople,
  );
}

/** What a page is made of. */
export interface Paged {
  /** Of its file, where nobody has named one. */
  readonly name: string;
  /** Such as `this run`. */
  readonly of: string;
  /** Left beside the page. */
  readonly document: unknown;
  /** Pages that it leads to, by their names beside it. */
  readonly beside?: ReadonlyMap<string, () => Promise<string>>;
  readonly page: () => Promise<string>;
}

/**
 * Leaves a page and says where. A place that nobody has named may be one where nothing can be written:
 * that is said, and what the page is of is none the worse.
 *
 * @throws LabError where a file that was named cannot be written
 */
export async function leavePage(
  { name, of, document, beside = new Map(), page }: Paged,
  { report }: ReportOptions,
  isForPeople: boolean,
): Promise<void> {
  if (report === false || (report === undefined && !isForPeople)) return;
  const file = resolve(report || join(RUNS, `${name}.html`));
  try {
    for (const [own, make] of beside) await writeWhole(join(dirname(file), own), await make());
    await writeWhole(file, await page());
    if (report === undefined) await writeWhole(join(RUNS, `${name}.json`), asJson(document));
    say(`The page of ${of}: ${pathToFileURL(file).href}`, isForPeople);
  } catch (error) {
    if (report !== undefined || !(error instanceof LabError)) throw error;
    say(`There is no page of ${of}: ${error.message}`, isForPeople);
  }
}

/** Of a stack, or of manifests, whose name may be a path. */
export function fileName(stack: string): string {
  return stack.replace(/[^\w.-]+/g, '-');
}

function say(text: string, isForPeople: boolean): void {
  (isForPeople ? process.stdout : process.stderr).write(`\n${text}\n`);
}
