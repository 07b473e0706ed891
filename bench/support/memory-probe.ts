// Loaded into a server with --import: on SIGUSR2, collects garbage and prints the memory in use.
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  console.info(`memory ${JSON.stringify(process.memoryUsage())}`);
});
