// Recognises loopback addresses, which only this machine can reach.

/** Whether a host of a setting or a URL is a loopback address. */
export const isLoopbackName = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i.test(host);
