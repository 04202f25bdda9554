#!/usr/bin/env node
/** One command from a bare clone: sets everything up, then runs the first experiment (`start`) or all checks (`test`). */
import { findNode } from './packages/tensorflow/node-version.mjs';

const { ok, advice } = findNode();
if (ok) {
  // What follows needs a Node as new as that.
  const { main } = await import('./setup/main.mjs');
  // Not by exitCode: when one step has failed, others may still run.
  process.exit(await main(process.argv.slice(2)));
} else {
  console.error(advice);
  process.exitCode = 1;
}
