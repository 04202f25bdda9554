/** Whether this Node is new enough: in a file without imports, so that any old Node can say so. */

/**
 * @typedef {object} Finding
 * @property {string} name
 * @property {boolean} ok
 * @property {string} found version, path or size; "not found" when there is none
 * @property {string} advice what to do when it is not ok, else empty
 */

const oldestMajor = 20;
const oldestMinor = 19;

/** @param {string} [version] such as "20.19.1" @returns {Finding} */
export function findNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const advice = `Node ${version} is too old: install Node ${oldestMajor}.${oldestMinor} or newer, best the even release 22 or 24 (nodejs.org).`;
  return { name: 'Node', ok, found: version, advice: ok ? '' : advice };
}
