import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['netspace-source'] },
  ssr: { resolve: { conditions: ['netspace-source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
