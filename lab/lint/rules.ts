/** Every rule of the linter, by its id; each is one file. */
import type { Rule } from './rule.ts';
import { rule as CL001 } from './rules/CL001-policy-on-subsets-only.ts';
import { rule as CL002 } from './rules/CL002-gateway-only-routes.ts';
import { rule as CL003 } from './rules/CL003-ejects-nobody.ts';
import { rule as CL004 } from './rules/CL004-gateway-errors-above-5xx.ts';
import { rule as CL005 } from './rules/CL005-deprecated-errors.ts';
import { rule as CL006 } from './rules/CL006-streams-on-http1.ts';
import { rule as CL007 } from './rules/CL007-zero-limit.ts';
import { rule as CL008 } from './rules/CL008-small-queue.ts';
import { rule as CL009 } from './rules/CL009-limit-below-leeway.ts';
import { rule as CL010 } from './rules/CL010-workers-follow-cpu.ts';
import { rule as CL011 } from './rules/CL011-port-settings-drop.ts';
import { rule as CL012 } from './rules/CL012-all-ejected.ts';
import { rule as CL013 } from './rules/CL013-retries-multiply.ts';
import { rule as CL014 } from './rules/CL014-retries-of-refusals.ts';
import { rule as CL015 } from './rules/CL015-budget-of-a-fraction.ts';
import { rule as CL016 } from './rules/CL016-limit-per-host.ts';
import { rule as CL017 } from './rules/CL017-server-side-limit.ts';
import { rule as CL018 } from './rules/CL018-http2-nothing-waits.ts';
import { rule as CL019 } from './rules/CL019-two-rules-one-host.ts';
import { rule as CL020 } from './rules/CL020-unseen-rule.ts';
import { rule as CL021 } from './rules/CL021-one-request-per-connection.ts';
import { rule as CL022 } from './rules/CL022-http2-limit-on-http1.ts';
import { rule as CL023 } from './rules/CL023-timeout-shorter-than-tries.ts';
import { rule as CL024 } from './rules/CL024-retries-of-client-and-mesh.ts';
import { rule as CL025 } from './rules/CL025-interval-longer-than-ejection.ts';
import { rule as CL026 } from './rules/CL026-more-than-server-takes.ts';
import { rule as CL027 } from './rules/CL027-closing-server.ts';

export const RULES: readonly Rule[] = [
  ...[CL001, CL002, CL003, CL004, CL005, CL006, CL007, CL008, CL009],
  ...[CL010, CL011, CL012, CL013, CL014, CL015, CL016, CL017, CL018],
  ...[CL019, CL020, CL021, CL022, CL023, CL024, CL025, CL026, CL027],
];
