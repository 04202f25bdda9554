import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['netspace-source'] },
  ssr: { resolve: { conditions: ['netspace-source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'experiments/test/**/*.test.ts'],
    testTimeout: 60_000,
    // Pages of a loaded machine take their time.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    maxWorkers: 2,
    // What `workerEnvironment(1)` sets: tests of the trainer load TensorFlow into vitest's own processes.
    env: {
      TF_ENABLE_ONEDNN_OPTS: '1',
      TF_CPP_MIN_LOG_LEVEL: '2',
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '1',
    },
  },
});
