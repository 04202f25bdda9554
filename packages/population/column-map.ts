/**
 * How the columns of a table from elsewhere become a trial's: `error=val_err%,space=search_space,flops=macs*1e6`.
 * A rule is `TARGET=COLUMN`. `%` behind the column divides by 100, `*N` and `/N` multiply and divide, `1-` before it turns an accuracy into an
 * error. A column whose name holds a comma or ends like one of these stands in quotes: `error="err, %"%`.
 */
import { PopulationError } from './population-error.ts';

export interface ColumnRule {
  /** A column as netspace writes it: `error`, `depths`, `recipe.learningRate`, … */
  readonly target: string;
  /** The column's name in the file. */
  readonly column: string;
  /** The value is multiplied by `times`, then divided by `by`. */
  readonly times?: number;
  readonly by?: number;
  /** 1 less the value. */
  readonly complement?: true;
}

const rulePattern =
  /\s*(?<target>[^=,"\s]+)\s*=\s*(?<complement>1\s*-\s*)?(?:"(?<quoted>[^"]+)"|(?<plain>[^,"]+?))\s*(?<scale>%|[*/]\s*[\d.]+(?:e[+-]?\d+)?)?\s*(?:,|$)/iy;

/** The rules of an option's text; else an error that shows the part that is not one. */
export function parseColumnMap(text: string): ColumnRule[] {
  const pattern = new RegExp(rulePattern);
  const rules: ColumnRule[] = [];
  while (pattern.lastIndex < text.length) {
    const begin = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined)
      throw new PopulationError(
        `--map ${text}: "${text.slice(begin)}" is no rule; write TARGET=COLUMN, as error=val_err%,space=search_space,flops=macs*1e6`,
      );
    rules.push(ruleOf(groups, text));
  }
  const targets = rules.map(({ target }) => target);
  const twice = targets.find((target, i) => targets.indexOf(target) !== i);
  if (twice !== undefined) throw new PopulationError(`--map ${text}: "${twice}" is given twice`);
  return rules;
}

function ruleOf(groups: Readonly<Record<string, string | undefined>>, text: string): ColumnRule {
  const { target = '', complement, quoted, plain = '', scale } = groups;
  const factor = scale === undefined || scale === '%' ? 100 : Number(scale.slice(1));
  if (!Number.isFinite(factor) || factor === 0)
    throw new PopulationError(`--map ${text}: "${scale}" is no factor; give a number other than 0, as *1e6`);
  return {
    target,
    column: quoted ?? plain,
    ...(scale?.startsWith('*') && { times: factor }),
    ...(scale !== undefined && !scale.startsWith('*') && { by: factor }),
    ...(complement !== undefined && { complement: true }),
  };
}

/** The value that a rule makes of a cell's: a number, where the rule computes. */
export function applyRule(rule: ColumnRule, value: unknown, where: string): unknown {
  const { times = 1, by = 1, complement, column } = rule;
  if (times === 1 && by === 1 && complement === undefined) return value;
  if (typeof value !== 'number')
    throw new PopulationError(
      `${where}: column "${column}" is ${JSON.stringify(value)}, but --map computes with it, which needs a number`,
    );
  const scaled = (value * times) / by;
  // What is not finite stays so: it tells a training that diverged.
  return complement && Number.isFinite(scaled) ? 1 - scaled : scaled;
}
