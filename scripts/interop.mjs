#!/usr/bin/env node
// Entry of `npm run test:interop`. Needs Node 24, which runs TypeScript as it stands.
import { main } from './interop/main.ts';

process.exitCode = main(process.argv.slice(2));
