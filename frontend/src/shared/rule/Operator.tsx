/** Choosing how to compare; numbers show signs, everything else words. */
import { Select } from "antd";
import type { Words } from "./model/sentence";

interface Props {
  value: string | undefined;
  operators: string[];
  numeric: boolean;
  words: Words;
  onChange: (op: string) => void;
  disabled?: boolean;
  label: string;
}

export function Operator({ value, operators, numeric, words, onChange, disabled, label }: Props) {
  const offered = value && !operators.includes(value) ? [value, ...operators] : operators;
  return (
    <Select
      aria-label={label}
      popupMatchSelectWidth={false}
      value={value}
      disabled={disabled}
      options={offered.map((op) => ({ value: op, label: words.operator(op, numeric) }))}
      onChange={onChange}
    />
  );
}
