/** The selections of trials that an address names: `of={"sweep":1,"space":"regnetx","where":"error < 0.1"}`, up to eight. */
import type { Selection } from '../selection-schema.ts';

export const mostSelections = 8;

/** What is no selection is left out, as is what comes twice. */
export function readSelections(query: URLSearchParams): Selection[] {
  const written = [...new Set(query.getAll('of'))];
  return written.flatMap((text) => readSelection(text) ?? []).slice(0, mostSelections);
}

function readSelection(text: string): Selection | undefined {
  try {
    const { sweep, space, where } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isInteger(sweep)) return undefined;
    return {
      sweep: Number(sweep),
      ...(typeof space === 'string' && space !== '' && { space }),
      ...(typeof where === 'string' && where !== '' && { where }),
    };
  } catch {
    return undefined;
  }
}

export function writeSelections(selections: readonly Selection[]): string {
  const query = new URLSearchParams(selections.map((each) => ['of', JSON.stringify(each)]));
  return selections.length === 0 ? '/compare' : `/compare?${query}`;
}
