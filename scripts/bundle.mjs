#!/usr/bin/env node
// Entry of `npm run bundle`. Needs Node 24, which runs TypeScript as it stands.
import { main } from './bundle/main.ts';

process.exitCode = await main(process.argv.slice(2));
