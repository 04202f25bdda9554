/** What was decided before any network of the study was trained: margins, levels, sizes. The README says why. */

/** All errors are fractions: 0.005 is half a percentage point. */
export const design = {
  /** The least difference of mean errors that anybody would choose a space for, and the most that counts as none. */
  margin: 0.005,
  /** "Much worse" is beyond this. */
  muchWorse: 0.01,
  /** The least difference of mean fit errors e_fit that counts. */
  fitMargin: 0.02,
  /** A false verdict of one kind in the whole family of tests: at most this probability. */
  level: 0.05,
  /** "Enough" networks for a good one, and how surely they must come within the margin of the best. */
  draws: 32,
  reach: 0.9,
  /** Networks that shall suffice to rank spaces, and the share of clear pairs that they must order rightly. */
  rankedBy: 100,
  ordered: 0.95,
} as const;
