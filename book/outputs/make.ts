/** Runs what a page shows, in a folder that holds what the page says, and has what it printed. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../root.ts';
import { fileOf } from './blocks.ts';
import { partsOf } from './parts.ts';
import type { Shown } from './shown.ts';

/** Of the project's folder: what is linked, or no part of a copy. */
const SHARED = ['node_modules', '.envoy'];
const LEFT_OUT = [...SHARED, '.git', '.lab', '.runs', '.book'];

/** Where a page's commands run, one after the other; to be removed in the end. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'circuit-lab-book-'));
  readonly #isCopy: boolean;

  /** @param isCopy whether it holds a copy of the project, for what writes into it */
  constructor(isCopy: boolean) {
    this.#isCopy = isCopy;
    if (!isCopy) {
      // Some commands name what is there.
      symlinkSync(join(ROOT, 'docs'), join(this.folder, 'docs'));
      return;
    }
    cpSync(ROOT, this.folder, {
      recursive: true,
      filter: (path) => !LEFT_OUT.includes(relative(ROOT, path)),
    });
    for (const shared of SHARED) symlinkSync(join(ROOT, shared), join(this.folder, shared));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * @param page its text
   * @param command what is called: that of the row, or a quicker one of the same form
   * @returns the part that the page shows
   */
  async make(page: string, shown: Shown, command = shown.run ?? shown.command): Promise<string> {
    for (const name of shown.files ?? []) this.#write(name, fileOf(page, name));
    for (const [name, was, is] of shown.edits ?? []) {
      const text = readFileSync(join(this.folder, name), 'utf8');
      this.#write(name, text.replace(was, is));
    }
    for (const first of shown.before ?? []) await this.#run(first);
    return partsOf(this.#withoutPaths(await this.#run(command)), shown.parts);
  }

  #write(name: string, text: string): void {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async #run(command: string): Promise<string> {
    const root = this.#isCopy ? this.folder : ROOT;
    // npm would say what it runs, and run it in the project's folder.
    const direct = command
      .replace(/^npm ci && /, '')
      .replace(/^npm start/, 'npm run lab -- run fail-fast')
      .replace(/^npm run lab -- /, `lab `)
      .replace(/^npm run (up|preview|output|down) -- /, 'lab $1 ')
      .replace(/^pulumi /, 'eval "$(lab env)" && pulumi ')
      .replace(/\blab (?=[a-z])/, `'${process.execPath}' '${join(root, 'lab/main.js')}' `);
    const { all } = await execa('sh', ['-c', direct], {
      cwd: this.folder,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        ...(this.#isCopy && { PULUMI_BACKEND_URL: undefined, PULUMI_SKIP_UPDATE_CHECK: 'true' }),
      },
      stdin: 'ignore',
      all: true,
      reject: false,
    });
    return all;
  }

  /** A reader's machine has other folders. */
  #withoutPaths(text: string): string {
    return text
      .replaceAll(`${this.folder}/`, '/home/you/circuit-lab/')
      .replaceAll(ROOT, '/home/you/circuit-lab/')
      .replaceAll(homedir(), '/home/you');
  }
}
