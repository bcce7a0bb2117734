/** What a change of one customer makes stale: the customer themselves, lists they are in, and all parts of their page. */
import { keys } from "@/shared/api/keys";

const PARTS = ["merges", "identities", "timeline", "consents", "standing"];

export function staleOf(id: string): readonly (readonly unknown[])[] {
  return [
    keys.resource("customers"),
    keys.resource("merge-proposals"),
    ...PARTS.map((part) => keys.resource(`customers/${id}/${part}`)),
  ];
}
