/** The command that prints a manifest for Kubernetes, whose pods train a plan. */
import { kubernetesJob } from '@netspace/sweep/kubernetes-job';
import { planHash } from '@netspace/sweep/plan-hash';
import { openSweep } from '@netspace/sweep/run';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { UsageError } from './errors.ts';
import { numberOption } from './input.ts';
import { printJson, say } from './output.ts';
import { readPlan } from './plan-file.ts';
import type { StoreOptions } from './store-file.ts';
import { openServerStore, withServerStore } from './store-server.ts';

interface KubernetesCommandOptions extends StoreOptions {
  readonly image: string;
  readonly pods: number;
  readonly workers: number;
  readonly memory: string;
  readonly secret: string;
  readonly namespace?: string;
  readonly checkpointClaim?: string;
  readonly command: string;
  readonly json?: true;
}

const count = (option: string) => numberOption(option, { least: 1, most: 10_000, whole: true });

export function addKubernetesCommand(program: Command): void {
  withServerStore(program.command('kubernetes <plan>'))
    .description('puts a plan into the store, and prints a Job for Kubernetes whose pods train it')
    .requiredOption('--image <IMAGE>', 'image that holds netspace')
    .option('--pods <N>', 'pods at a time', count('pods'), 4)
    .option('--workers <N>', 'processes of a pod', count('workers'), 2)
    .option('--memory <SIZE>', 'memory of a pod', memoryOption, '4Gi')
    .option('--secret <NAME>', 'secret whose key "url" holds the URL of the store', 'netspace-store')
    .option('--namespace <NAME>', 'namespace of the job')
    .option('--checkpoint-claim <NAME>', 'PersistentVolumeClaim (ReadWriteMany) for checkpoints')
    .option('--command <WORDS>', 'how netspace is called in the image', 'netspace')
    .option('--json', 'print the manifest as JSON')
    .action(printJob);
}

function memoryOption(text: string): string {
  if (/^\d+(?:\.\d+)?(?:Mi|Gi|Ti|M|G|T)$/.test(text)) return text;
  throw new UsageError(`--memory ${text}: it must be an amount as Kubernetes writes it, such as 4Gi`);
}

async function printJob(file: string, options: KubernetesCommandOptions): Promise<void> {
  const plan = readPlan(file);
  const store = await openServerStore(options, 'pods of a cluster');
  try {
    await openSweep(plan, store, (event) => void (event.kind === 'note' && say(event.text)));
  } finally {
    await store.close();
  }
  const hash = planHash(plan.sweep);
  const { image, pods, workers, memory, secret, namespace, checkpointClaim } = options;
  const work = ['worker', '--sweep', hash.slice(0, 16), '--workers', String(workers)];
  const job = kubernetesJob({
    name: `netspace-${hash.slice(0, 12)}`,
    image,
    pods,
    memory,
    secret,
    command: [...options.command.split(/\s+/).filter((word) => word !== ''), ...work],
    cpus: workers * plan.sweep.threads,
    ...(namespace !== undefined && { namespace }),
    ...(checkpointClaim !== undefined && { checkpointClaim }),
  });
  if (options.json) printJson(job);
  else process.stdout.write(stringify(job));
  say(
    `the pods read the store's URL from a secret: kubectl create secret generic ${secret} --from-literal=url="$NETSPACE_STORE"`,
  );
}
