/** Programs that send: load tools with the command line in their container, and the seed's client. */
import { CLIENT } from '../../../apps/contract.ts';
import { LabError } from '../../../errors/labError.ts';
import { clientVariables, type UnderstoodLoad } from '../../../experiment/load.ts';
import { commandsIn, loadOfCommand } from '../../../experiment/loadTools.ts';
import type { Image, ImageFamily, Understood } from './image.ts';

/** Images whose entry point is the tool itself, by their names. */
const TOOLS = new Set(['fortio', 'hey', 'siege']);

/** A container that runs fortio, hey or siege, by itself or in a shell's script. */
export const loadTool: ImageFamily = {
  isMeant: (name, image) => commandsOf(name, image).some(isTool),
  understand: (name, image) => {
    const command = commandsOf(name, image).find(isTool) ?? [];
    const line = command.join(' ');
    let found: UnderstoodLoad | undefined;
    try {
      found = loadOfCommand(command);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      return waiting(
        `sends nothing here, as its command line is not understood (${error.message})`,
      );
    }
    if (found === undefined) return answering(line);
    return {
      app: 'client',
      env: clientVariables(found.load),
      said: [`is understood as the load '${line}'`, ...found.said].join('; '),
    };
  },
};

/** A shell's loop around curl or wget: what it sends, and how fast, is not to be found out. */
export const script: ImageFamily = {
  isMeant: (name, image) =>
    commandsOf(name, image).some(([program = '', ...words]) =>
      [program, ...words.slice(0, 1)].some((word) => /^(?:.*\/)?(?:curl|wget)$/.test(word)),
    ),
  understand: () => waiting('sends nothing here, as its script is not understood'),
};

/**
 * The seed's client: ten threads at :00, :20 and :40 of each minute, each with one request and no time
 * limit. By its published access log the ten leave within 13 ms (:40.390 to :40.403), as Python starts
 * its threads.
 */
export const seedClient: ImageFamily = {
  isMeant: (name) => name === 'py_client',
  understand: () => ({
    app: 'client',
    env: {
      ...clientVariables({
        mode: 'batch',
        size: 10,
        every: '20s',
        spread: '13ms',
        url: 'http://pyserver/index',
      }),
      [CLIENT.timeout]: '24h',
    },
    said: 'is understood as batch(10, every=20s, spread=13ms) to http://pyserver/index',
  }),
};

/** The commands of a container: its own, or those of the script that it gives to a shell. */
function commandsOf(name: string, { command, args }: Image): string[][] {
  const words = [...command, ...args];
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  const isShell = /^(?:.*\/)?(?:ba|da|a|z)?sh$/.test(words[0] ?? '');
  if (isShell && at > 0) {
    return commandsIn(
      words
        .slice(at + 1)
        .join('\n')
        .replaceAll(/\n+/g, ';'),
    );
  }
  const isEntryPoint = command.length === 0 && TOOLS.has(name) && words[0] !== name;
  return [isEntryPoint ? [name, ...words] : words];
}

function isTool([program = '']: readonly string[]): boolean {
  return TOOLS.has(program.split('/').at(-1) ?? '');
}

/** What fortio does without a load: its server's echo. */
function answering(line: string): Understood {
  return {
    app: 'server',
    behaviour: { serviceTime: '1ms' },
    sends: true,
    said: `answers as '${line === 'fortio' ? 'fortio server' : line}' does, after 1ms`,
  };
}

function waiting(said: string): Understood {
  return { app: 'idle', sends: true, said };
}
