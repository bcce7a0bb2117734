/** Navigation: side bar, and bottom bar with the rest behind "more" on a phone. */
import { EllipsisOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PHONE_PLACES, type Place, places } from "./nav";
import styles from "./shell.module.css";

function PlaceLink({ place, path, onGo }: { place: Place; path: string; onGo?: () => void }) {
  const { t } = useTranslation("shell");
  const here = path === place.to || path.startsWith(`${place.to}/`);
  return (
    <Link
      to={place.to as never}
      className={`${styles.place} ${here ? styles.here : ""}`}
      aria-current={here ? "page" : undefined}
      title={t(`places.${place.key}`)}
      onClick={onGo}
    >
      <span className={styles.placeIcon} aria-hidden="true">
        {place.icon}
      </span>
      <span className={styles.placeName}>{t(`places.${place.key}`)}</span>
    </Link>
  );
}

export function SideBar({ path }: { path: string }) {
  const { t } = useTranslation("shell");
  return (
    <nav className={styles.side} aria-label={t("navigation")}>
      <Link to="/canvases" className={styles.brand}>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={32} height={32} alt="" />
        <span className={styles.placeName}>{t("common:product")}</span>
      </Link>
      {places.map((place) => (
        <PlaceLink key={place.to} place={place} path={path} />
      ))}
    </nav>
  );
}

export function BottomBar({ path }: { path: string }) {
  const { t } = useTranslation("shell");
  const [open, setOpen] = useState(false);
  const rest = places.slice(PHONE_PLACES);
  return (
    <nav className={styles.bottom} aria-label={t("navigation")}>
      {places.slice(0, PHONE_PLACES).map((place) => (
        <PlaceLink key={place.to} place={place} path={path} />
      ))}
      <button type="button" className={styles.place} aria-expanded={open} onClick={() => setOpen(true)}>
        <span className={styles.placeIcon} aria-hidden="true">
          <EllipsisOutlined />
        </span>
        <span className={styles.placeName}>{t("more")}</span>
      </button>
      <Drawer open={open} onClose={() => setOpen(false)} placement="bottom" size={320} title={t("more")}>
        <div className={styles.sheet}>
          {rest.map((place) => (
            <PlaceLink key={place.to} place={place} path={path} onGo={() => setOpen(false)} />
          ))}
        </div>
      </Drawer>
    </nav>
  );
}
