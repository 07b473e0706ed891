// How the commands emphasise: on a terminal only, as NO_COLOR and FORCE_COLOR say.
import { styleText } from 'node:util';

export const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
