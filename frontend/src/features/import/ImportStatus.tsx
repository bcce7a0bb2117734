/** How far an import is, in a word. */
import { useTranslation } from "react-i18next";
import { Status, type Tone } from "@/shared/ui/Status";
import { isOpen } from "./model";

const TONES: Record<string, Tone> = {
  draft: "quiet",
  queued: "info",
  running: "info",
  undoing: "info",
  succeeded: "good",
  failed: "bad",
  cancelled: "warn",
  undone: "quiet",
};

export function ImportStatus({ status }: { status: string }) {
  const { t } = useTranslation("imports");
  return (
    <Status tone={TONES[status] ?? "quiet"} pulse={isOpen(status)}>
      {t(`status.${status}`, { defaultValue: status })}
    </Status>
  );
}
