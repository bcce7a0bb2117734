/** Which input a text with variables gets. Pages with a better one than the plain text area bring it along. */
import { type ComponentType, createContext } from "react";

export interface VariableTextProps {
  id: string;
  label: string;
  value: string;
  onChange: (next: string) => void;
  lang: string;
  lines: number;
  maxLength?: number;
  invalid?: boolean;
  placeholder?: string;
}

export const VariableText = createContext<ComponentType<VariableTextProps> | null>(null);
