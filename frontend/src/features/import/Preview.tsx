/** The first hundred rows as they would go in: what happens to each, and the cells that are wrong with what to do. */
import { Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Skeleton } from "@/shared/ui/List";
import { Status, type Tone } from "@/shared/ui/Status";
import styles from "./import.module.css";
import { useTargetName } from "./Mapping";
import { type FileImport, type PreviewRow, type Target, tally } from "./model";

const TONES: Record<string, Tone> = { create: "good", update: "info", add: "good", reject: "bad" };

interface Props {
  columns: FileImport["columns"];
  targets: (Target | null)[];
  rows: PreviewRow[] | undefined;
}

export function Preview({ columns, targets, rows }: Props) {
  const { t } = useTranslation("imports");
  const [onlyWrong, setOnlyWrong] = useState(false);
  const name = useTargetName();
  if (!rows) return <Skeleton />;
  const sums = tally(rows);
  const shown = onlyWrong ? rows.filter((row) => row.action === "reject") : rows;
  return (
    <>
      <div className={styles.sums} role="status">
        <span>{t("preview.looked", { n: rows.length })}</span>
        {Object.entries(sums).map(([action, n]) => (
          <Status key={action} tone={TONES[action] ?? "quiet"}>
            {t(`preview.sum.${action}`, { n })}
          </Status>
        ))}
        {sums.reject ? (
          <Checkbox checked={onlyWrong} onChange={(event) => setOnlyWrong(event.target.checked)}>
            {t("preview.onlyWrong")}
          </Checkbox>
        ) : null}
      </div>
      {/* scrolls sideways, so the keyboard must be able to reach it */}
      <section className={styles.previewBox} aria-label={t("preview.title")} tabIndex={0}>
        <table className={styles.preview}>
          <thead>
            <tr>
              <th scope="col">{t("preview.row")}</th>
              <th scope="col">{t("preview.action")}</th>
              {columns.map((column, index) => (
                <th key={column.header} scope="col" className={targets[index] ? undefined : styles.skipped}>
                  {column.header}
                  <small>{targets[index] ? name(targets[index].to) : t("mapping.skip")}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.row} row={row} width={columns.length} targets={targets} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ row, width, targets }: { row: PreviewRow; width: number; targets: (Target | null)[] }) {
  const { t } = useTranslation("imports");
  const whole = row.problems.filter((problem) => problem.column === null);
  return (
    <tr>
      <td className={styles.number}>{row.row}</td>
      <td>
        <Status tone={TONES[row.action] ?? "quiet"}>
          {t(`preview.${row.action}`, { defaultValue: row.action })}
        </Status>
        {whole.map((problem) => (
          <p key={problem.code} className={styles.wrongText}>
            {problem.detail} {problem.advice}
          </p>
        ))}
      </td>
      {Array.from({ length: width }, (_, index) => {
        const problem = row.problems.find((one) => one.column === index);
        const look = problem ? styles.wrong : targets[index] ? undefined : styles.skipped;
        return (
          // the columns of a file have no other identity than their place
          <td key={index} className={look}>
            <span className={styles.cell}>{row.cells[index]}</span>
            {problem ? (
              <p className={styles.wrongText}>
                {problem.detail} {problem.advice}
              </p>
            ) : null}
          </td>
        );
      })}
    </tr>
  );
}
