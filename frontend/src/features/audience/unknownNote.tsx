/** The ids of a list that nobody has: the first of them, how many, and all as a file. */
type Say = (key: string, params?: Record<string, unknown>) => string;

export interface Unknown {
  unknown?: string[];
  unknown_count?: number;
  unknown_url?: string | null;
}

const MOST_SHOWN = 20;

export function unknownNote(found: Unknown, t: Say) {
  const ids = found.unknown ?? [];
  const shown = ids.slice(0, MOST_SHOWN).join("、") + (ids.length > MOST_SHOWN ? " …" : "");
  return {
    title: t("static.unknown", { n: found.unknown_count ?? ids.length }),
    content: (
      <>
        <p>{shown}</p>
        {found.unknown_url ? <a href={found.unknown_url}>{t("static.download")}</a> : null}
      </>
    ),
  };
}
