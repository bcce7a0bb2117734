/**
 * The autosave machine: one save in flight, the revision read when the request is sent, every state visible.
 * Knows neither React nor HTTP; the transport and the document are handed in.
 */
import type { CanvasDocument } from "../model/document";
import { type WirePatch, patchBetween } from "../model/wire";

export type SaveState = "saved" | "dirty" | "saving" | "offline" | "conflict" | "invalid";

export type SaveAnswer =
  | { kind: "saved"; revision: number }
  | { kind: "stale" }
  | { kind: "offline" }
  | { kind: "invalid"; detail: string };

export interface SaveStatus {
  state: SaveState;
  savedAt: number | null;
  detail: string;
}

export interface AutosaveOptions {
  read: () => CanvasDocument;
  send: (patch: WirePatch, revision: number, keepalive: boolean) => Promise<SaveAnswer>;
  onSaved?: (document: CanvasDocument) => void;
  revision: number;
}

const DEBOUNCE_MS = 1500;
const LONGEST_WAIT_MS = 10_000;
const RETRY_MS = [2000, 4000, 8000, 15_000, 30_000];

export class Autosave {
  private baseline: CanvasDocument;
  private revision: number;
  private status: SaveStatus = { state: "saved", savedAt: null, detail: "" };
  private inFlight: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private dirtySince: number | null = null;
  private failures = 0;
  private stopped = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: AutosaveOptions) {
    this.baseline = options.read();
    this.revision = options.revision;
  }

  readonly getStatus = (): SaveStatus => this.status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Call after every change of the document. */
  touch(): void {
    if (this.stopped || this.status.state === "conflict") return;
    if (!this.pending()) return this.settleIfUntouched();
    this.dirtySince ??= Date.now();
    if (!this.inFlight) this.to(this.status.state === "offline" ? "offline" : "dirty");
    const longest = this.dirtySince + LONGEST_WAIT_MS - Date.now();
    this.schedule(Math.max(0, Math.min(DEBOUNCE_MS, longest)));
  }

  /** Saves now and waits; true when everything is on the server afterwards. */
  async flush(keepalive = false): Promise<boolean> {
    for (let round = 0; round < 3; round += 1) {
      if (this.inFlight) await this.inFlight;
      if (this.stopped || this.status.state === "conflict") return false;
      if (!this.pending()) return true;
      await this.save(keepalive);
      if (this.status.state !== "dirty" && this.status.state !== "saved") return false;
    }
    return !this.pending();
  }

  /** The document on the screen is now this revision of the server's: after loading theirs. */
  adopt(revision: number): void {
    this.revision = revision;
    this.baseline = this.options.read();
    this.dirtySince = null;
    this.failures = 0;
    this.to("saved");
  }

  getRevision(): number {
    return this.revision;
  }

  /** React's strict mode mounts twice: a machine that was stopped must be able to go on. */
  start(): void {
    this.stopped = false;
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private pending(): WirePatch | null {
    return patchBetween(this.baseline, this.options.read());
  }

  /** Undone back to what is saved: nothing is left to send. */
  private settleIfUntouched(): void {
    if (this.inFlight) return;
    if (this.timer) clearTimeout(this.timer);
    this.dirtySince = null;
    if (this.status.state !== "saved") this.to("saved");
  }

  private schedule(delay: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.saveIfIdle(), delay);
  }

  /** What changes while a save is under way waits for its own pause: `settle` starts it. */
  private async saveIfIdle(): Promise<void> {
    const blocked = this.stopped || this.inFlight || this.status.state === "conflict";
    if (!blocked) await this.save(false);
  }

  private async save(keepalive: boolean): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    const document = this.options.read();
    const patch = patchBetween(this.baseline, document);
    if (!patch) return;
    this.dirtySince = null;
    this.to("saving");
    this.inFlight = this.options
      .send(patch, this.revision, keepalive)
      .then((answer) => this.settle(answer, document));
    await this.inFlight;
  }

  private settle(answer: SaveAnswer, sent: CanvasDocument): void {
    this.inFlight = null;
    if (this.stopped) return;
    if (answer.kind === "stale") return this.to("conflict");
    if (answer.kind === "invalid") return this.to("invalid", answer.detail);
    if (answer.kind === "offline") return this.tryAgain();
    this.failures = 0;
    this.revision = answer.revision;
    this.baseline = sent;
    this.status = { ...this.status, savedAt: Date.now() };
    this.options.onSaved?.(sent);
    this.to(this.pending() ? "dirty" : "saved");
    if (this.pending()) this.touch();
  }

  private tryAgain(): void {
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 30_000;
    this.failures += 1;
    this.dirtySince = Date.now();
    this.to("offline");
    this.schedule(delay);
  }

  private to(state: SaveState, detail = ""): void {
    this.status = { ...this.status, state, detail };
    for (const listener of this.listeners) listener();
  }
}
