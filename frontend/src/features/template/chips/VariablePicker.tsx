/** The list of variables: searched by name, key or pinyin. */
import { Select } from "antd";
import { soundsOf } from "@/shared/rule/model/pinyin";
import type { Variable, VariableGroup } from "./variables";

interface Props {
  groups: VariableGroup[];
  label: string;
  onPick: (path: string) => void;
}

export function matches(item: Pick<Variable, "label" | "path">, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  const sound = soundsOf(item.label);
  return [item.label.toLowerCase(), item.path.toLowerCase(), sound.whole, sound.initials].some((text) =>
    text.includes(wanted),
  );
}

export function VariablePicker({ groups, label, onPick }: Props) {
  return (
    <Select
      size="small"
      aria-label={label}
      placeholder={`+ ${label}`}
      value={null as string | null}
      style={{ width: 240, alignSelf: "flex-start" }}
      popupMatchSelectWidth={320}
      showSearch={{
        filterOption: (input, option) =>
          option !== undefined && "path" in option && matches(option as unknown as Variable, input),
      }}
      options={groups.map((group) => ({
        label: group.label,
        title: group.label,
        options: group.items.map((item) => ({ value: item.key, label: item.label, path: item.path })),
      }))}
      onSelect={(_, option) => onPick((option as unknown as Variable).path)}
    />
  );
}
