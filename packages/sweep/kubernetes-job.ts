/**
 * Workers as an Indexed Job of Kubernetes: a manifest to be applied. It names the secret that holds the store's address, and never the
 * address. Fields as in Kubernetes 1.31, where podFailurePolicy and backoffLimitPerIndex are on by default.
 */

export interface KubernetesOptions {
  readonly name: string;
  readonly image: string;
  /** What a pod runs: program and arguments. */
  readonly command: readonly string[];
  /** Pods at a time. */
  readonly pods: number;
  /** Cores of a pod. */
  readonly cpus: number;
  /** Memory of a pod, such as 4Gi. */
  readonly memory: string;
  /** Secret whose key `url` holds the store's address. */
  readonly secret: string;
  readonly namespace?: string;
  /** PersistentVolumeClaim for checkpoints, which all pods can write; without it a pod that dies loses its epochs. */
  readonly checkpointClaim?: string;
}

/** Where checkpoints lie inside a pod. */
const checkpoints = '/checkpoints';

/** How often a pod may fail, apart from evictions, before its place is given up. */
const failures = 3;

/** The exit code of a worker for a command line that cannot be understood, which no repetition mends. */
const usage = 2;

export function kubernetesJob(options: KubernetesOptions): object {
  const { name, namespace, pods } = options;
  const labels = { 'app.kubernetes.io/name': 'netspace', 'app.kubernetes.io/instance': name };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, ...(namespace !== undefined && { namespace }), labels },
    spec: {
      completionMode: 'Indexed',
      completions: pods,
      parallelism: pods,
      backoffLimitPerIndex: failures,
      maxFailedIndexes: pods,
      podFailurePolicy: {
        rules: [
          // An evicted pod is no failure: the store gives its trials to whoever is there.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'worker', operator: 'In', values: [usage] } },
        ],
      },
      template: { metadata: { labels }, spec: podOf(options) },
    },
  };
}

function podOf(options: KubernetesOptions): object {
  const { image, command, cpus, memory, secret, checkpointClaim } = options;
  const amounts = { cpu: String(cpus), memory };
  return {
    restartPolicy: 'Never',
    // SIGTERM comes first; a worker gives its trials back and ends within seconds.
    terminationGracePeriodSeconds: 30,
    containers: [
      {
        name: 'worker',
        image,
        command: [...command, '--checkpoints', checkpoints],
        env: [{ name: 'NETSPACE_STORE', valueFrom: { secretKeyRef: { name: secret, key: 'url' } } }],
        resources: { requests: amounts, limits: amounts },
        volumeMounts: [{ name: 'checkpoints', mountPath: checkpoints }],
      },
    ],
    volumes: [
      checkpointClaim === undefined
        ? { name: 'checkpoints', emptyDir: {} }
        : { name: 'checkpoints', persistentVolumeClaim: { claimName: checkpointClaim } },
    ],
  };
}
