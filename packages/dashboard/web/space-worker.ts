/** A thread of the browser that samples and counts design spaces, so that the page stays quick. */
addEventListener('message', () => {});
