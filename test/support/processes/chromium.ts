// Where Debian's package puts the browser.
export const CHROMIUM = '/usr/bin/chromium';
