/** Trials that outlive a crash: the contract that every store keeps. */
