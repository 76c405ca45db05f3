#!/usr/bin/env node
// Entry of `npm run test:linearizability`. Needs Node 24, which runs TypeScript as it stands.
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));
