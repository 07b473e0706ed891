// The path of Chromium in Debian's package.
export const CHROMIUM = '/usr/bin/chromium';
