/** A number that is slid or typed. */
import { useEffect, useState } from 'preact/hooks';

interface NumberFieldProps {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly value: number;
  /** Of the slider; what is typed may lie outside, between `least` and `most`. */
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly least: number;
  readonly most: number;
  /** The slider's places, where they are not evenly spaced. */
  readonly values?: readonly number[];
  readonly onChange: (value: number) => void;
}

export function NumberField(props: NumberFieldProps) {
  const { id, title, hint, value, low, high, step, values, onChange } = props;
  const at = values && nearest(values, value);
  return (
    <div class="number-field">
      <label for={`${id}-typed`}>
        {title} <span class="quiet">{hint}</span>
      </label>
      <Typed {...props} />
      <input
        id={id}
        type="range"
        aria-label={title}
        aria-valuetext={String(value)}
        min={values ? 0 : low}
        max={values ? values.length - 1 : high}
        step={values ? 1 : step}
        value={at ?? value}
        onInput={({ currentTarget }) => {
          const slid = Number(currentTarget.value);
          onChange(values ? (values[slid] ?? value) : Number(slid.toFixed(4)));
        }}
      />
    </div>
  );
}

/** Takes what is typed once it is a number in range; until then the network stays as it is. */
function Typed({ id, value, least, most, onChange }: NumberFieldProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText((before) => (Number(before) === value ? before : String(value))), [value]);
  const typed = Number(text);
  const right = text.trim() !== '' && typed >= least && typed <= most;
  return (
    <input
      id={`${id}-typed`}
      type="text"
      inputMode="decimal"
      autocomplete="off"
      value={text}
      aria-invalid={!right}
      onInput={({ currentTarget }) => {
        setText(currentTarget.value);
        const number = Number(currentTarget.value);
        if (currentTarget.value.trim() !== '' && number >= least && number <= most) onChange(number);
      }}
      onBlur={() => setText(String(value))}
    />
  );
}

function nearest(values: readonly number[], value: number): number {
  const distances = values.map((each) => Math.abs(Math.log(each / value)));
  return distances.indexOf(Math.min(...distances));
}
