/**
 * Where a real node names the commit that it was built from, a sandbox says this ("sandbox", as far as hex
 * digits can), so that whoever reaches one by ssh or https sees what it is.
 */
export const SANDBOX_REPOID = '5a4db0c5a4db0c5';
