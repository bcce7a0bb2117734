/** antd with our theme and the texts of the language shown; also gives message / modal through App. */
import { App as KitApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import type { ReactNode } from "react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMode } from "./mode";
import { antdTheme } from "./theme";

export function KitProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const mode = useMode((state) => state.mode);
  const theme = useMemo(() => antdTheme(mode), [mode]);
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === "en" ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
    >
      <KitApp style={{ height: "100%" }}>{children}</KitApp>
    </ConfigProvider>
  );
}
