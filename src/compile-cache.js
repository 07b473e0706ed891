// Lets Node keep what it compiles, so that only the first start strips types and parses. Plain JavaScript: to strip a first file takes
// 40 ms and 17 MB.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the packages: who can write there can change the program anyway, which is not so in the shared folder that Node would choose.
// Where this user cannot write there is no cache, without an error. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE come first.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/image-graph', import.meta.url)));
