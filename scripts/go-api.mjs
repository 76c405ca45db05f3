#!/usr/bin/env node
// Entry of `npm run test:go-api`. Needs Node 24, which runs TypeScript as it stands, and Go.
import { main } from './go-api/main.ts';

process.exitCode = await main(process.argv.slice(2));
