// `npm run docs`: writes docs/settings.md from the table of settings.
import { writeFileSync } from 'node:fs';
import { printSettings } from '../src/config/settings-page.ts';

writeFileSync(new URL('../docs/settings.md', import.meta.url), printSettings());
