/** What the book shows of the Pulumi CLI is what it prints today. */
import { checkOutputs } from '../book/checkOutputs.ts';
import { describeWithCli } from './support.ts';

describeWithCli('the book', () => {
  checkOutputs((checkedBy) => checkedBy === 'tests/cli/book.test.ts');
});
