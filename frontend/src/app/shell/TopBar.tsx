/** Tenant, language, light or dark, and the person with log-out. */
import { LogoutOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { queryClient, useSession } from "@/shared/api/queries";
import type { Session } from "@/shared/api/types";
import { type Lang, setLang } from "@/shared/i18n/setup";
import { useMode } from "@/shared/ui/mode";
import styles from "./shell.module.css";

export function LangSwitch() {
  const { t, i18n } = useTranslation("shell");
  const now: Lang = i18n.language === "en" ? "en" : "zh-CN";
  const change = (lang: Lang) => {
    setLang(lang);
    // What the server says (labels, problems) comes in the language asked for.
    void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  };
  return (
    <div className={styles.lang} role="group" aria-label={t("language")}>
      {(["zh-CN", "en"] as Lang[]).map((lang) => (
        <button key={lang} type="button" lang={lang} aria-pressed={now === lang} onClick={() => change(lang)}>
          {lang === "zh-CN" ? "中文" : "English"}
        </button>
      ))}
    </div>
  );
}

function Tenant({ session }: { session: Session }) {
  const { t } = useTranslation("shell");
  if (session.tenants.length < 2) return <span className={styles.tenant}>{session.tenant?.name}</span>;
  const change = async (id: string) => {
    const { data } = await api.put<Session>("/session", { tenant: id });
    if (data) window.location.assign("/canvases"); // everything on the screen belongs to the other tenant
  };
  return (
    <select
      className={styles.tenantSelect}
      aria-label={t("tenant")}
      value={session.tenant?.id}
      onChange={(event) => void change(event.target.value)}
    >
      {session.tenants.map((tenant) => (
        <option key={tenant.id} value={tenant.id}>
          {tenant.name}
        </option>
      ))}
    </select>
  );
}

export function TopBar() {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const session = useSession().data;
  const { mode, setMode } = useMode();
  const leave = async () => {
    await api.delete("/session");
    queryClient.clear();
    void navigate({ to: "/login" });
  };
  return (
    <header className={styles.top}>
      {session ? <Tenant session={session} /> : null}
      <span className={styles.spacer} />
      <LangSwitch />
      <Button
        type="text"
        icon={mode === "dark" ? <SunOutlined aria-hidden /> : <MoonOutlined aria-hidden />}
        aria-label={t(mode === "dark" ? "light" : "dark")}
        onClick={() => setMode(mode === "dark" ? "light" : "dark")}
      />
      <span className={styles.person}>{session?.user?.name || session?.user?.username}</span>
      <Button
        type="text"
        icon={<LogoutOutlined aria-hidden />}
        aria-label={t("common:actions.logOut")}
        title={t("common:actions.logOut")}
        onClick={() => void leave()}
      />
    </header>
  );
}
