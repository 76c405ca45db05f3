#!/usr/bin/env node
// Entry of the storefront example. Needs Node 24, which runs TypeScript as it stands; run.sh finds it.
import { main } from './scenario/main.ts';

process.exitCode = await main(process.argv.slice(2));
