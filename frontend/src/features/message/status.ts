/** States of a message and how they look. */
import type { Tone } from "@/shared/ui/Status";

export const STATUSES = [
  "queued",
  "in_flight",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "failed",
  "suppressed",
  "unknown",
];

const TONES: Record<string, Tone> = {
  sent: "good",
  delivered: "good",
  opened: "good",
  clicked: "good",
  failed: "bad",
  suppressed: "warn",
  unknown: "warn",
  in_flight: "info",
};

export function toneOf(status: string): Tone {
  return TONES[status] ?? "quiet";
}
