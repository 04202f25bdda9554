/** HTML that cannot be broken by what it shows: every value in a template is escaped unless it is HTML already. */

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

export type MarkupValue = Html | string | number | readonly MarkupValue[];

/** The tag of templates: markup`<td>${name}</td>`. Lists are joined. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Html {
  return { html: parts.map((part, i) => part + (i < values.length ? render(values[i] ?? '') : '')).join('') };
}

/** Text that we made ourselves and know to be HTML: pictures of the chart library, the style sheet. */
export function trusted(text: string): Html {
  return { html: text };
}

function render(value: MarkupValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escape(value);
  return 'html' in value ? value.html : value.map(render).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
