#!/usr/bin/env node
// Counts what the control plane is billed for and writes docs/cost.md. Needs Node 24, which runs TypeScript as it stands.
import { main } from './cost/main.ts';

process.exitCode = await main(process.argv.slice(2));
