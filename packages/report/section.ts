/** A section of a report: a heading and what stands below it. */
import { markup, type Html } from './html.ts';

/** `id` is of letters, digits and hyphens. */
export function section(id: string, title: string, content: Html): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`;
}
