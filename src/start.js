#!/usr/bin/env node
// Checks the version of Node.js, then runs main.ts with the compile cache. Plain JavaScript, which old versions read, too.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: 22.19 is the oldest that works.`);
  process.exit(1);
}
await import('./compile-cache.js');
await import('./main.ts');
