import { expect, it } from 'vitest';
import type { Requirement } from '../../../lab/environment/doctor.ts';
import { doctorReport } from '../../../lab/report/doctorReport.ts';

function requirement(name: string, found: string | null, required: boolean): Requirement {
  return { name, found, required, neededFor: `what ${name} does`, howToGet: `install ${name}` };
}

it('is a table, the remedies and a conclusion', () => {
  const requirements = [
    requirement('Node', '24.21.0', true),
    requirement('Envoy', null, true),
    requirement('hey', null, false),
  ];
  expect(doctorReport({ localPlatformReady: false, requirements })).toBe(`\
       found    needed for
Node   24.21.0  what Node does
Envoy  MISSING  what Envoy does
hey    -        what hey does

How to get what is not there:
  Envoy: install Envoy
  hey: install hey

The local platform lacks what is marked MISSING.
`);
});

it('is short when all is there', () => {
  const requirements = [requirement('Node', '24.21.0', true)];
  expect(doctorReport({ localPlatformReady: true, requirements })).toBe(`\
      found    needed for
Node  24.21.0  what Node does

The local platform has everything that it needs.
`);
});
