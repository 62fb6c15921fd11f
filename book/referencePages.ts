/** Which pages are made of the code's own words, and how. */
import { componentReference } from './componentReference.ts';
import { keyReference } from './keyReference.ts';

export const REFERENCE: Readonly<Record<string, () => string>> = {
  'docs/reference/keys.md': keyReference,
  'docs/reference/components.md': componentReference,
};
