/** Examples of each command, for its help, the manual page and the reference; a test holds them against the tree of commands. */
import type { Command } from 'commander';

/** By the command's path. Files and sweeps in them are a reader's own. */
const examples: Readonly<Record<string, readonly string[]>> = {
  quantize: ['netspace quantize --depth 13 --w0 24 --wa 36.44 --wm 2.49 --group-width 8'],
  complexity: [
    'netspace complexity RegNetX-200MF',
    'netspace complexity network.json --resolution 32 --classes 10',
  ],
  zoo: ['netspace zoo', 'netspace zoo RegNetY-8.0GF --json'],
  fit: ['netspace fit ResNet-50'],
  scale: ['netspace scale RegNetX-400MF --type dwr --factor 4'],
  'space list': ['netspace space list'],
  'space show': ['netspace space show anynet-e'],
  'space count': ['netspace space count anynet-e'],
  'space diff': ['netspace space diff anynet-c anynet-d'],
  'space draw': ['netspace space draw anynet-a regnetx -o spaces.html'],
  'space schema': ['netspace space schema > space.schema.json'],
  sample: [
    'netspace sample anynet-e -n 5 --seed 1 --flops 360M:400M --format table',
    'netspace sample regnetx -n 100 --seed 1 > networks.ndjson',
  ],
  check: ['netspace check anynet-e RegNetX-3.2GF'],
  'data list': ['netspace data list'],
  'data info': ['netspace data info fashion-mnist-12k', 'netspace data info ./photos@64'],
  'data fetch': ['netspace data fetch mnist'],
  'recipe list': ['netspace recipe list'],
  'recipe show': ['netspace recipe show paper-10-epochs'],
  'recipe schema': ['netspace recipe schema > recipe.schema.json'],
  train: [
    'netspace train network.json --data fashion-mnist-12k --recipe quick',
    'netspace train network.json --data ./photos@64 --save model.safetensors',
  ],
  schedule: ['netspace schedule --policy cos --epochs 10 --base-lr 0.1'],
  find: [
    'netspace find --data ./photos --flops 50M --time 2h',
    'netspace find --data fashion-mnist-12k --flops 2M --latency 5ms --dry-run',
  ],
  bench: [
    'netspace bench network.json',
    'netspace bench RegNetX-200MF --resolution 64 --channels 3',
    'netspace bench plan.yaml --workers 2',
  ],
  'model info': ['netspace model info model.safetensors'],
  'model export': ['netspace model export model.safetensors --format tfjs -o tfjs'],
  'model evaluate': ['netspace model evaluate model.safetensors --data fashion-mnist-12k --test'],
  'model import': [
    'netspace model import regnetx_002.safetensors --network RegNetX-200MF -o model.safetensors',
  ],
  plan: ['netspace plan plan.yaml', 'netspace plan --schema > plan.schema.json'],
  run: ['netspace run plan.yaml', 'netspace run plan.yaml --shard 2/3 --store part2.db'],
  worker: ['netspace worker --store postgresql://user@host/database'],
  slurm: ['netspace slurm plan.yaml --store postgresql://user@host/database --array 20'],
  kubernetes: [
    'netspace kubernetes plan.yaml --store postgresql://user@host/database --image registry/netspace:1',
  ],
  status: ['netspace status'],
  trial: ['netspace trial 17'],
  retry: ['netspace retry my-sweep --dry-run'],
  cancel: ['netspace cancel my-sweep --dry-run'],
  delete: ['netspace delete my-sweep --dry-run'],
  salvage: ['netspace salvage netspace.db -o trials.jsonl'],
  trials: ['netspace trials my-sweep --where "error < 10% and depth > 12" --sort -flops'],
  import: [
    'netspace import trials.jsonl',
    "netspace import theirs.csv --map 'space=search_space,depths=d,widths=w,error=val_err%'",
  ],
  merge: ['netspace merge one.db two.db --store all.db'],
  export: ['netspace export my-sweep -o trials.parquet'],
  convert: ['netspace convert sweep.json -o trials.csv'],
  analyze: ['netspace analyze my-sweep', 'netspace analyze trials.jsonl --json'],
  report: ['netspace report my-sweep -o report.html'],
  reports: ['netspace reports reports', 'netspace reports --json'],
  compare: ['netspace compare my-sweep#anynet-a my-sweep#anynet-e'],
  dashboard: ['netspace dashboard --port 8080'],
  'plot edf': ['netspace plot edf my-sweep -o edf.svg --width 3.25 --height 2.5'],
  'plot bootstrap': ['netspace plot bootstrap my-sweep -o depth.svg --parameter depth'],
  'plot widths': ['netspace plot widths my-sweep#regnetx -o widths.svg'],
  'plot trend': ['netspace plot trend my-sweep#regnetx -o trend.svg --parameter depth'],
  'plot curves': ['netspace plot curves my-sweep -o curves.png --dpi 300'],
  'plot normalized': ['netspace plot normalized my-sweep -o normalized.svg --measure flops'],
  'plot expected-best': ['netspace plot expected-best my-sweep -o best.svg'],
  'plot pairs': ['netspace plot pairs my-sweep -o pairs.svg --parameter depth,flops'],
  refine: ['netspace refine my-sweep#anynet-c --write mine.yaml'],
  doctor: ['netspace doctor'],
  setup: ['netspace setup'],
  explain: ['netspace explain EDF', 'netspace explain store-busy'],
  completion: ['netspace completion bash > ~/.local/share/bash-completion/completions/netspace'],
  manual: ['netspace manual | man -l -', 'netspace manual --markdown > reference.md'],
};

export function examplesOf(path: string): readonly string[] {
  return examples[path] ?? [];
}

/** Adds its examples to the help of each command. */
export function addExamples(command: Command, path = ''): void {
  const own = examplesOf(path);
  if (own.length > 0)
    command.addHelpText(
      'after',
      `\nExample${own.length > 1 ? 's' : ''}:\n${own.map((each) => `  ${each}\n`).join('')}`,
    );
  for (const child of command.commands) addExamples(child, `${path} ${child.name()}`.trim());
}
