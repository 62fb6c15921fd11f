/**
 * How near predictions come to real Envoys, on a matrix of configurations that a seed draws.
 *
 *   npm run bench -- fidelity real [training|held-out] [jobs]    (both parts, 2 at a time unless given)
 */
import { matrix, type Part } from './fidelity/matrix.ts';
import { runReal } from './fidelity/real.ts';

const [step = '', part, jobs = '2'] = process.argv.slice(2);
const all = matrix();
const chosen = part === undefined ? all : all.filter((one) => one.part === (part as Part));

switch (step) {
  case 'real': {
    const stop = new AbortController();
    process.once('SIGINT', () => {
      stop.abort();
    });
    await runReal(chosen, Number(jobs), stop.signal);
    break;
  }
  default:
    process.stderr.write('fidelity: name a step: real\n');
    process.exitCode = 2;
}
