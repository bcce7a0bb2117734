/** The frame around every page: places at the left (at the bottom on a phone), tenant, language and log-out on top. */
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { whenSignedOut } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { queryClient } from "@/shared/api/queries";
import { BottomBar, SideBar } from "./Places";
import styles from "./shell.module.css";
import { TopBar } from "./TopBar";

/** The editor needs the whole window: the side bar shows icons only. */
function isEditor(path: string): boolean {
  return /^\/canvases\/[^/]+/.test(path);
}

export function Layout() {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    whenSignedOut(() => {
      queryClient.removeQueries({ queryKey: keys.session });
      void navigate({ to: "/login", search: { next: window.location.pathname } as never });
    });
  }, [navigate]);
  const wide = isEditor(path);
  return (
    <div className={`${styles.shell} ${wide ? styles.folded : ""}`}>
      <a className={styles.skip} href="#content">
        {t("skip")}
      </a>
      <SideBar path={path} />
      <div className={styles.body}>
        <TopBar />
        <div id="content" className={styles.content} tabIndex={-1}>
          <Outlet />
        </div>
      </div>
      <BottomBar path={path} />
    </div>
  );
}
