import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";
import floors from "./eslint.floors.js";

const ban = (group, message) => ({ group, message });
const FLOW = ban(["@xyflow/*"], "Only canvas-editor/rf imports React Flow.");
const REACT = ban(["react", "react-dom", "react-*", "antd", "antd/*"], "model/ is pure TypeScript.");
const KIT = ban(["antd", "antd/*", "@ant-design/*"], "No antd inside node cards.");

const only = (files, ...patterns) => ({ files, rules: { "no-restricted-imports": ["error", { patterns }] } });

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "node_modules/**",
      "src/shared/api/schema.d.ts",
      "test-results/**",
      "playwright-report/**",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  hooks.configs.flat.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  { files: ["scripts/**", "*.js", "*.ts", "e2e/**"], languageOptions: { globals: { ...globals.node } } },
  {
    plugins: { floors },
    rules: {
      "floors/oneway": "error",
      "max-lines": ["error", { max: 400 }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  only(["src/**"], FLOW),
  only(["src/**/model/**"], FLOW, REACT),
  only(["src/features/canvas-editor/steps/*/card.tsx"], FLOW, KIT),
  only(["src/features/canvas-editor/rf/**"], KIT),
);
