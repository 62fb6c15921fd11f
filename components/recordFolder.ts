import * as command from '@pulumi/command';

/**
 * The folder for what a stack renders and records, removed with the stack. A resource of its own:
 * of what a failed or killed update has left, no other one knows.
 */
export class RecordFolder extends command.local.Command {
  /** @param create what is run once, when it is made: nothing by default */
  constructor(name: string, folder: string, create?: string) {
    super(name, {
      // Later changes of its words are none of what it did.
      ...(create !== undefined && { create, update: 'true' }),
      delete: `exec node lab/main.ts forget ${folder}`,
    });
  }
}
