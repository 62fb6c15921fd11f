import { resolve } from 'node:path';
import * as command from '@pulumi/command';
import type * as pulumi from '@pulumi/pulumi';
import { quoted } from './shell.ts';

/**
 * The folder for what a stack renders and records, removed with the stack. A resource of its own:
 * of what a failed or killed update has left, no other one knows. It is the stack's alone: where it
 * is there already, as of a stack of this name in another backend, it is not made.
 */
export class RecordFolder extends command.local.Command {
  /** Its whole path. */
  readonly path: string;

  /** @param folder its path, from the program's working directory; git should ignore it */
  constructor(name: string, folder: string, opts?: pulumi.CustomResourceOptions) {
    const path = resolve(folder);
    const word = quoted(path);
    const taken = quoted(
      `${path} is there already: it belongs to a stack of this name in another backend, or is left ` +
        'of one. Destroy that stack, or remove the folder.',
    );
    super(
      name,
      {
        create: `test ! -e ${word} || { echo ${taken} >&2; exit 1; }; exec mkdir -p ${word}`,
        // Only a new stack has to find it free.
        update: 'true',
        // Needs neither this package nor its Node, which may be gone by then.
        delete: `exec rm -rf ${word}`,
      },
      opts,
    );
    this.path = path;
  }
}
