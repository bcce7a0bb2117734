/** Log in with the session endpoint. Reading the session first sets the CSRF cookie that the log-in needs. */
import { LockOutlined, UserOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { queryClient } from "@/shared/api/queries";
import type { Session } from "@/shared/api/types";
import { type Lang, setLang } from "@/shared/i18n/setup";
import { useProblemText } from "@/shared/ui/Problem";
import { LoginArt } from "./LoginArt";
import styles from "./login.module.css";

/** Only paths of this application: never an address that a link from outside put there. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) && !next.startsWith("/login")
    ? next
    : "/canvases";
}

function useLogin() {
  const { t } = useTranslation("shell");
  const say = useProblemText();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false }) as { next?: string };
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void api.get<Session>("/session").then(({ data }) => {
      if (data?.authenticated) void navigate({ to: safeNext(next) as never });
    });
  }, [navigate, next]);

  const submit = async (username: string, password: string) => {
    if (!username || !password) return setError(t("login.missing"));
    setBusy(true);
    const { data, problem } = await api.post<Session>("/session", { username, password });
    setBusy(false);
    if (problem) return setError(problem.status === 401 ? t("login.bad") : say(problem));
    queryClient.clear();
    queryClient.setQueryData(keys.session, data);
    void navigate({ to: safeNext(next) as never });
  };
  return { submit, error, busy };
}

export default function LoginPage() {
  const { t, i18n } = useTranslation("shell");
  const { submit, error, busy } = useLogin();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const other: Lang = i18n.language === "en" ? "zh-CN" : "en";
  const send = (event: FormEvent) => {
    event.preventDefault();
    void submit(username.trim(), password);
  };
  return (
    <main className={styles.page}>
      <section className={styles.brand}>
        <div className={styles.logo}>
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={40} height={40} alt="" />
          {t("common:product")}
        </div>
        <LoginArt />
        <div>
          <p className={styles.slogan}>{t("login.slogan")}</p>
          <p className={styles.text}>{t("login.text")}</p>
        </div>
      </section>
      <form className={styles.form} onSubmit={send} noValidate>
        <h1>{t("login.title")}</h1>
        <label htmlFor="username">{t("login.username")}</label>
        <Input
          id="username"
          size="large"
          autoFocus
          autoComplete="username"
          prefix={<UserOutlined aria-hidden="true" />}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <label htmlFor="password">{t("login.password")}</label>
        <Input.Password
          id="password"
          size="large"
          autoComplete="current-password"
          prefix={<LockOutlined aria-hidden="true" />}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <p className={styles.error} role="alert">
          {error}
        </p>
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>
          {t("login.submit")}
        </Button>
        <button type="button" className={styles.lang} lang={other} onClick={() => setLang(other)}>
          {other === "en" ? "English" : "中文"}
        </button>
      </form>
    </main>
  );
}
