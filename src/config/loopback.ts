// What a name of this machine's loopback looks like, which nobody else can reach.

/** Whether a host, as a setting or a URL names it, is a loopback address. */
export const isLoopbackName = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(host);
