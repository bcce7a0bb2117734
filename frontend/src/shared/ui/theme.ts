/** antd's theme from our palette. Must not invent colours of its own. */
import { type ThemeConfig, theme } from "antd";
import { color, type Mode } from "./palette";

export const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif';

export function antdTheme(mode: Mode): ThemeConfig {
  const c = (token: string) => color(mode, token);
  return {
    algorithm: mode === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: c("primary"),
      colorInfo: c("info"),
      colorSuccess: c("success"),
      colorWarning: c("warning"),
      colorError: c("danger"),
      colorLink: c("primary"),
      colorTextBase: c("ink"),
      colorText: c("ink"),
      colorTextSecondary: c("ink-2"),
      colorTextTertiary: c("ink-3"),
      colorTextDescription: c("ink-3"),
      colorTextPlaceholder: c("ink-3"),
      colorBgBase: c("surface"),
      colorBgLayout: c("paper"),
      colorBgContainer: c("surface"),
      colorBgElevated: c("raised"),
      colorBorder: c("line-strong"),
      colorBorderSecondary: c("line"),
      colorTextLightSolid: c("on-primary"),
      borderRadius: 8,
      controlHeight: 36,
      fontSize: 14,
      fontFamily: FONT,
      wireframe: false,
    },
    components: {
      Segmented: { trackBg: c("track"), itemSelectedBg: c("selected"), itemColor: c("ink-2") },
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Table: { headerBg: c("sunken"), rowHoverBg: c("sunken") },
    },
  };
}
