#!/usr/bin/env node
// Looks for differences between a Consul and a Lictor that run already: see README.md. Needs Node 24, which runs TypeScript as it stands.
import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));
