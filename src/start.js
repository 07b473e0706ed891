#!/usr/bin/env node
// Runs main.ts with the compile cache, from its first line on.
import './compile-cache.js';

await import('./main.ts');
