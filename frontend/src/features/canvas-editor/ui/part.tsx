/**
 * Parts of the editor that come after the canvas is on the screen. They are fetched ahead, and one that cannot be
 * fetched (no network, a release meanwhile) says so in its own place: it must never take the drawing down with it.
 */
import { Button, Spin } from "antd";
import { Component, type ComponentType, type ReactNode, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Stopped } from "./Stopped";
import styles from "./frame.module.css";

type Load = () => Promise<unknown>;

const loads: Load[] = [];
const CALM_MS = 400;

/** Fetches everything that may be wanted next, once the page has come to rest. */
export function usePartsAhead(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const load of loads) load().catch(() => undefined);
    }, CALM_MS);
    return () => clearTimeout(timer);
  }, []);
}

export function part<P extends object>(
  load: () => Promise<ComponentType<P>>,
  quiet = false,
): ComponentType<P> {
  let ready: ComponentType<P> | null = null;
  const fetchPart = async () => {
    ready ??= await load();
  };
  loads.push(fetchPart);
  return function Part(props: P) {
    const { failed, again } = useFetched(fetchPart, ready !== null);
    const Ready = ready;
    if (Ready) {
      return (
        <PartBoundary>
          <Suspense fallback={quiet ? null : <Spin className={styles.part} />}>
            <Ready {...props} />
          </Suspense>
        </PartBoundary>
      );
    }
    if (failed) return <NotHere onRetry={again} />;
    return quiet ? null : <Spin className={styles.part} />;
  };
}

function useFetched(fetchPart: () => Promise<void>, ready: boolean) {
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const [, arrived] = useState(ready);
  useEffect(() => {
    let current = true;
    fetchPart().then(
      () => current && arrived(true),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [fetchPart, tries]);
  const again = () => {
    setFailed(false);
    setTries(tries + 1);
  };
  return { failed, again };
}

function NotHere({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation("editor");
  return (
    <Stopped title={t("page.partMissing")}>
      <Button type="primary" onClick={onRetry}>
        {t("page.retry")}
      </Button>
    </Stopped>
  );
}

/** Catches what goes wrong inside one part; the rest of the editor, and the work in it, stays. */
export class PartBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  render() {
    if (!this.state.broken) return this.props.children;
    return <NotHere onRetry={() => this.setState({ broken: false })} />;
  }
}
