import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../errors/didYouMean.ts';

describe('nearest', () => {
  it.each([
    ['fail-fst', ['bad-server', 'fail-fast'], 'fail-fast'],
    ['pyserver:8080', ['pyserver'], 'pyserver'],
    ['pyserver', ['gateway', 'pyserver.shop'], 'pyserver.shop'],
    ['constructor', ['clientReplicas', 'connectTimeout'], undefined],
    ['anything', [], undefined],
  ])('to %s among %j is %s', (word, known, wanted) => {
    expect(nearest(word, known)).toBe(wanted);
  });
});

describe('didYouMean', () => {
  it.each([
    ['fail-fst', undefined, "Did you mean 'fail-fast'?"],
    ['fail-fst', 'Stacks', "Did you mean 'fail-fast'? Stacks: fail-fast, servicex"],
    ['nothing-like-it', undefined, 'Known: fail-fast, servicex.'],
    ['nothing-like-it', 'Stacks', 'Stacks: fail-fast, servicex'],
  ])('of %s, with all called %s: %s', (word, all, sentence) => {
    expect(didYouMean(word, ['fail-fast', 'servicex'], all)).toBe(sentence);
  });
});
