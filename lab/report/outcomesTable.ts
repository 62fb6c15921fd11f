/** Outcomes of batches as text: of each, its count in a batch and its range over the batches. */
import { stripVTControlCharacters } from 'node:util';
import type { Outcomes } from '../../experiment/outcomes.ts';
import { bold, drawTable } from './table.ts';

/** @param colour whether the text may hold terminal colours */
export function outcomesTable(document: Outcomes, colour: boolean): string {
  const { stack, samples, latency, disturbed } = document;
  const text = [
    bold(`${stack}: ${samples.length} ${samples.length === 1 ? 'warm batch' : 'warm batches'}`),
    ...(samples.length === 0 ? [] : ['', rangesTable(document)]),
    ...(latency === null ? [] : ['', `answered within: ${inWords(latency)}`]),
    ...(disturbed.length === 0 ? [] : ['', leftOut(disturbed.length)]),
    '',
  ].join('\n');
  return colour ? text : stripVTControlCharacters(text);
}

/** Of whatever has such ranges. */
export function rangesTable({ outcomes }: Pick<Outcomes, 'outcomes'>): string {
  return drawTable(
    ['left', 'right', 'right', 'right'],
    [
      ['requests of a batch', 'mean', 'median', '95 % of batches'],
      ...Object.entries(outcomes).map(([word, { mean, p50, p2_5, p97_5 }]) => [
        word,
        mean.toFixed(2),
        p50,
        p2_5 === p97_5 ? p2_5 : `${p2_5} - ${p97_5}`,
      ]),
    ],
  );
}

function leftOut(batches: number): string {
  const which = batches === 1 ? '1 further warm batch is' : `${batches} further warm batches are`;
  return `${which} left out, for what the machine did to ${batches === 1 ? 'it' : 'them'}`;
}

function inWords(latency: NonNullable<Outcomes['latency']>): string {
  return Object.entries(latency)
    .map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
    .join(', ');
}
