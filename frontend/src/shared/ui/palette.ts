/** The colours of the product, once for antd and once as CSS variables (--c-*). Text pairs keep a contrast of 4.5:1. */
export type Mode = "light" | "dark";

export const families = ["audience", "set", "reward", "message", "abtest", "flow", "customer"] as const;
export type Family = (typeof families)[number];

type Tokens = Record<string, string>;

const light: Tokens = {
  primary: "#0f5c63",
  "primary-strong": "#0a464c",
  "primary-soft": "#e3f0ef",
  accent: "#a64d0b",
  "accent-soft": "#fbeee0",
  paper: "#f5f6f3",
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: "#eef0ec",
  track: "#e6eae5",
  selected: "#ffffff",
  line: "#dfe3dd",
  "line-strong": "#c4cbc3",
  ink: "#1c2a2c",
  "ink-2": "#4a5a5c",
  "ink-3": "#5f6d6e",
  "on-primary": "#ffffff",
  success: "#2b7040",
  "success-soft": "#e5f2e7",
  warning: "#8a5a00",
  "warning-soft": "#fdf3dc",
  danger: "#b3261e",
  "danger-soft": "#fbe9e7",
  info: "#1f5fa8",
  "info-soft": "#e6eff9",
  nav: "#0c3f45",
  "nav-2": "#0f4c53",
  "nav-ink": "#d7e7e6",
  "nav-ink-strong": "#ffffff",
  "f-audience": "#0f6b73",
  "f-audience-soft": "#e0f1f1",
  "f-set": "#4553b0",
  "f-set-soft": "#e8eaf8",
  "f-reward": "#a64d0b",
  "f-reward-soft": "#fbece0",
  "f-message": "#1f5fa8",
  "f-message-soft": "#e3eef9",
  "f-abtest": "#86399c",
  "f-abtest-soft": "#f5e8f8",
  "f-flow": "#52606d",
  "f-flow-soft": "#ebeef0",
  "f-customer": "#2f7040",
  "f-customer-soft": "#e5f3e7",
};

const dark: Tokens = {
  primary: "#5fb8b6",
  "primary-strong": "#86d0cd",
  "primary-soft": "#173a3d",
  accent: "#f0a562",
  "accent-soft": "#3b2a1a",
  paper: "#101718",
  surface: "#182122",
  raised: "#1f2a2b",
  sunken: "#131b1c",
  track: "#1c2627",
  selected: "#35484a",
  line: "#2c393a",
  "line-strong": "#435455",
  ink: "#e8efee",
  "ink-2": "#b3c1c0",
  "ink-3": "#93a3a2",
  "on-primary": "#08282b",
  success: "#7ccb8f",
  "success-soft": "#193322",
  warning: "#e5b95b",
  "warning-soft": "#3a2f14",
  danger: "#f2948c",
  "danger-soft": "#44201d",
  info: "#86b8f0",
  "info-soft": "#192d44",
  nav: "#0b1f22",
  "nav-2": "#12292c",
  "nav-ink": "#bdd0cf",
  "nav-ink-strong": "#ffffff",
  "f-audience": "#6fc4c2",
  "f-audience-soft": "#163538",
  "f-set": "#a5aef2",
  "f-set-soft": "#252a4a",
  "f-reward": "#f0a562",
  "f-reward-soft": "#3d2a18",
  "f-message": "#86b8f0",
  "f-message-soft": "#1a2e45",
  "f-abtest": "#d59be6",
  "f-abtest-soft": "#3a2241",
  "f-flow": "#a9b7c2",
  "f-flow-soft": "#27313a",
  "f-customer": "#86cc95",
  "f-customer-soft": "#1b3522",
};

export const palettes: Record<Mode, Tokens> = { light, dark };

export function color(mode: Mode, token: string): string {
  return palettes[mode][token] ?? palettes[mode].ink ?? "";
}

/** Colour of a node family as a CSS variable; unknown families look like flow. */
export function familyVar(family: string, soft = false): string {
  const known = (families as readonly string[]).includes(family) ? family : "flow";
  return `var(--c-f-${known}${soft ? "-soft" : ""})`;
}

export function applyPalette(mode: Mode, root: HTMLElement = document.documentElement): void {
  for (const [token, value] of Object.entries(palettes[mode])) root.style.setProperty(`--c-${token}`, value);
  root.dataset.theme = mode;
  root.style.colorScheme = mode;
}
