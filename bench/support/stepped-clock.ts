// Loaded into a server with --import: on SIGUSR2, its wall clock steps back by an hour. The monotonic clock goes on.
const HOUR_MS = 3_600_000;
const now = Date.now.bind(Date);
let stepMs = 0;
Date.now = () => now() + stepMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [Date.now()], newTarget),
});
process.on('SIGUSR2', () => {
  stepMs -= HOUR_MS;
});
