/**
 * The frame of every page: a document that loads nothing from elsewhere and runs no script but its own.
 *
 * Its content security policy allows the style, and the script where there is one, by their hashes.
 */
import { looks } from '@netspace/analysis/look';
import { markup, trusted, type Html } from './html.ts';
import { policyHash } from './scripts.ts';
import { styleSheet } from './style.ts';

export interface PageDocument {
  readonly title: string;
  /** What it says of itself beside its title, for `<head>`. */
  readonly about?: Html;
  /** Added to the style sheet that all pages share. */
  readonly style?: string;
  /** Of `<body>`. */
  readonly className?: string;
  readonly body: Html;
  /** The text of a module. */
  readonly script?: string;
}

/** The text of the HTML file. */
export function makeDocument({
  title,
  about,
  style: own = '',
  className,
  body,
  script,
}: PageDocument): string {
  const style = `${styleSheet(looks.light, looks.dark)}${own}`;
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policyOf(style, script)}" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="netspace" />
        ${about ?? ''}
        <title>${title}</title>
        <style>${trusted(style)}</style>
      </head>
      <body${className === undefined ? '' : markup` class="${className}"`}>
        ${body} ${script === undefined ? '' : markup`<script type="module">${trusted(script)}</script>`}
      </body>
    </html>
`.html;
}

/** No connection, no frame, no form, nothing from elsewhere. Pages with a script save their pictures, which takes images of their own. */
function policyOf(style: string, script: string | undefined): string {
  const parts = [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src ${policyHash(script)}`]),
    `style-src ${policyHash(style)}`,
    ...(script === undefined ? [] : ['img-src data: blob:']),
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return parts.join('; ');
}
