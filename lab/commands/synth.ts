/** `lab synth`: a stack's objects as multi-document YAML. */
import { stringify } from 'yaml';
import { loadSource, type SourceOptions } from '../objects/source.ts';

export async function synth(stack: string, options: SourceOptions): Promise<string> {
  const { objects } = await loadSource(stack, options);
  return objects
    .map((object) => stringify(object, { lineWidth: 0, blockQuote: 'literal' }))
    .join('---\n');
}
