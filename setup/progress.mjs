/** Shows which steps run, for how long and what they do now: redrawn on a terminal, as plain lines elsewhere. */

/**
 * @typedef {object} Step
 * @property {(message: string) => void} report what it does now
 * @property {(message?: string) => void} done
 * @property {() => void} skip there was nothing to do
 * @property {(message?: string) => void} fail
 */
/**
 * @typedef {object} Progress
 * @property {(name: string) => Step} begin
 * @property {(line: string) => void} say a line above the running steps
 * @property {() => void} close
 */
/** @typedef {{ write: (text: string) => unknown, isTTY?: boolean, columns?: number }} Output */
/** @typedef {{ name: string, since: number, message: string, told: string }} Running */

/** Between two looks at the steps, in milliseconds. */
const redraw = 200;
const retell = 5_000;

/**
 * @param {Output} output
 * @param {{ interactive?: boolean, now?: () => number }} [options] `now` in milliseconds
 * @returns {Progress}
 */
export function openProgress(output, { interactive = output.isTTY === true, now = Date.now } = {}) {
  /** @type {Set<Running>} */
  const running = new Set();
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) output.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (!interactive) return;
    clear();
    for (const step of running) output.write(`${fit(describe(step, now()), output.columns)}\n`);
    drawn = running.size;
  };
  const say = (/** @type {string} */ line) => {
    clear();
    output.write(`${line}\n`);
    draw();
  };
  const tell = () => {
    for (const step of running) {
      const line = describe(step, now());
      if (line !== step.told) output.write(`${line}\n`);
      step.told = line;
    }
  };
  const timer = interactive ? setInterval(draw, redraw) : setInterval(tell, retell);
  timer.unref();
  return {
    begin: (name) => begin(name, { running, say, draw, now }),
    say,
    close: () => (clearInterval(timer), clear()),
  };
}

/**
 * @param {string} name
 * @param {{ running: Set<Running>, say: (line: string) => void, draw: () => void, now: () => number }} progress
 * @returns {Step}
 */
function begin(name, { running, say, draw, now }) {
  const step = { name, since: now(), message: '', told: '' };
  running.add(step);
  const end = (/** @type {string} */ verdict, /** @type {string} */ message) => {
    running.delete(step);
    say(`${name}: ${verdict} in ${duration(now() - step.since)}${message === '' ? '' : ` (${message})`}`);
  };
  return {
    report: (message) => {
      step.message = message;
    },
    done: (message = '') => end('done', message),
    skip: () => {
      running.delete(step);
      draw();
    },
    fail: (message = '') => end('failed', message),
  };
}

/** @param {Running} step @param {number} now */
function describe({ name, since, message }, now) {
  return `${name}: ${message === '' ? 'running' : message} … ${duration(now - since)}`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** A line that wrapped could not be taken back. Some terminals say that they have no columns. @param {string} line @param {number} [columns] */
function fit(line, columns) {
  const room = columns === undefined || columns < 10 ? 80 : columns;
  return line.length < room ? line : `${line.slice(0, room - 2)}…`;
}
