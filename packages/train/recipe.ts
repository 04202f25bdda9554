/** How a network is trained: optimizer, schedule, length. */

export type SchedulePolicy = 'cos' | 'linear' | 'exp' | 'steps';

export interface Recipe {
  readonly name?: string;
  readonly epochs: number;
  /** Images a step. */
  readonly batchSize: number;
  readonly optimizer: 'sgd';
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Base learning rate for this batch size. */
  readonly learningRate: number;
  readonly schedule: SchedulePolicy;
  /** Least learning rate as a fraction of the base. */
  readonly minLearningRate: number;
  readonly warmupEpochs: number;
  /** Fraction of the learning rate at the start of the warm-up. */
  readonly warmupFactor: number;
  /** Epochs at which `steps` multiplies the rate by `stepFactor`; the first is 0. */
  readonly steps: readonly number[];
  readonly stepFactor: number;
  /** L2 added to the gradient of convolution and linear weights. */
  readonly weightDecay: number;
  /** The same for gamma and beta of batch norms. */
  readonly batchNormWeightDecay: number;
  /** The same for biases. */
  readonly biasWeightDecay: number;
  readonly labelSmoothing: number;
  readonly augmentation: 'none' | 'flip' | 'flip-crop';
}
