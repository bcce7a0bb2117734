/** Navigation: side bar, and bottom bar with the rest behind "more" on a phone. */
import { EllipsisOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
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
      <Link to="/canvases" className={styles.brand} aria-label={t("common:product")}>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} width={32} height={32} alt="" />
        <span className={styles.placeName}>{t("common:product")}</span>
      </Link>
      {places.map((place) => (
        <PlaceLink key={place.to} place={place} path={path} />
      ))}
    </nav>
  );
}

interface SheetProps {
  open: boolean;
  onClose: () => void;
  label: string;
  children: ReactNode;
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
          <EllipsisOutlined aria-hidden />
        </span>
        <span className={styles.placeName}>{t("more")}</span>
      </button>
      <Sheet open={open} onClose={() => setOpen(false)} label={t("more")}>
        {rest.map((place) => (
          <PlaceLink key={place.to} place={place} path={path} onGo={() => setOpen(false)} />
        ))}
      </Sheet>
    </nav>
  );
}

/** The browser's own dialog: it keeps the focus inside and closes with Escape. */
function Sheet({ open, onClose, label, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    // A press on the backdrop reaches the dialog itself, never what is in it.
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {children}
    </dialog>
  );
}
