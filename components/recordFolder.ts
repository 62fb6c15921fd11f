import * as command from '@pulumi/command';

/**
 * The folder for what a stack renders and records, removed with the stack. A resource of its own:
 * of what a failed or killed update has left, no other one knows.
 */
export class RecordFolder extends command.local.Command {
  constructor(name: string, folder: string) {
    super(name, { delete: `exec node lab/main.ts forget ${folder}` });
  }
}
