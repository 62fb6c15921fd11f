/** Why a configuration is predicted worse than the others, found by looking: a sentence by its id. */
export const CAUSES: Readonly<Record<string, string>> = {};
