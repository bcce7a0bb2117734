/** A copy of unsaved work in this browser (IndexedDB), for crashes and lost networks. Failing storage is never an error. */
import type { CanvasDocument } from "../model/document";

export interface LocalDraft {
  canvas: string;
  /** The server's revision that the work is based on. */
  revision: number;
  at: number;
  document: CanvasDocument;
}

const DATABASE = "canvas-editor";
const DRAFTS = "drafts";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(DRAFTS, { keyPath: "canvas" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  act: (drafts: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await open();
    return await new Promise<T>((resolve, reject) => {
      const request = act(database.transaction(DRAFTS, mode).objectStore(DRAFTS));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }).finally(() => database.close());
  } catch {
    // Private windows and full disks have no storage: the server copy is the real one, this is a second net.
    return undefined;
  }
}

export const keepDraft = (draft: LocalDraft) => run("readwrite", (drafts) => drafts.put(draft));
export const dropDraft = (canvas: string) => run("readwrite", (drafts) => drafts.delete(canvas));
export const findDraft = (canvas: string) =>
  run<LocalDraft | undefined>(
    "readonly",
    (drafts) => drafts.get(canvas) as IDBRequest<LocalDraft | undefined>,
  );
