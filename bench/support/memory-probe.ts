// Loaded into a server with --import: at SIGUSR2 it collects the garbage and prints the memory that is left.
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  console.info(`memory ${JSON.stringify(process.memoryUsage())}`);
});
