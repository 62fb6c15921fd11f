/**
 * The linter's rules as a Pulumi policy pack: `pulumi preview --policy-pack policy`. An error is
 * mandatory, everything else advisory; a pack's own configuration may say otherwise, by rule.
 */
import { PolicyPack } from '@pulumi/policy';
import { ASKED_FOR, policies } from './policies.ts';

new PolicyPack('circuit-lab', { policies: [ASKED_FOR, ...policies()] });
