/** Loaded before what parses anything: the schemas try no code of their own making, which these pages refuse to run. */
import { config } from 'zod';

config({ jitless: true });
