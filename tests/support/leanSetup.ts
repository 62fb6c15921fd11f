/** Runs before the first file of tests that share what they have loaded: Pulumi's SDKs as the lab loads them. */
import '../../lab/objects/leanSdk.ts';
