/** The command that shows the store in a browser: dashboard. */
import type { Command } from 'commander';
import { numberOption } from './input.ts';
import { printJson, printLine, say } from './output.ts';
import { openKnownStore, storeLocation, withStore, type StoreOptions } from './store-file.ts';

interface DashboardCommandOptions extends StoreOptions {
  readonly port: number;
  readonly host: string;
  readonly allowHost?: string[];
  readonly allowWrite?: true;
  readonly reports: string;
  readonly json?: true;
}

export function addDashboardCommand(program: Command): void {
  withStore(program.command('dashboard'))
    .description('shows the store in a browser, live; on this machine alone unless --host says otherwise')
    .option(
      '--port <P>',
      '0 for any that is free',
      numberOption('port', { least: 0, most: 65_535, whole: true }),
      4800,
    )
    .option(
      '--host <ADDRESS>',
      'to listen on; any but this machine’s own needs the token in the link',
      '127.0.0.1',
    )
    .option('--allow-host <NAME...>', 'further names by which browsers may call it, such as that of a proxy')
    .option('--allow-write', 'let the pages retry, cancel, delete, note and tag')
    .option('--reports <FOLDER>', 'show the HTML files in it', 'reports')
    .option('--json', 'print {"url"} as JSON')
    .action(show);
}

/** Runs until it is interrupted. */
async function show(options: DashboardCommandOptions): Promise<void> {
  const store = await openKnownStore(options, undefined, { remembers: true });
  try {
    // Loaded late: no other command needs a server.
    const { startDashboard } = await import('@netspace/dashboard/dashboard');
    const { port, host, allowHost = [], allowWrite = false, reports } = options;
    const dashboard = await startDashboard({
      store,
      storeLocation: storeLocation(options),
      host,
      port,
      allowedHosts: allowHost,
      allowWrite,
      reports,
      log: say,
    });
    if (options.json) printJson({ url: dashboard.link });
    else printLine(dashboard.link);
    await interrupted();
    await dashboard.close();
  } finally {
    await store.close();
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
