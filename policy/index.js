/**
 * What Pulumi loads. Its runner of policy packs hands TypeScript to ts-node, whatever the options say;
 * what JavaScript imports, Node itself takes the types from.
 */
import './pack.ts';
